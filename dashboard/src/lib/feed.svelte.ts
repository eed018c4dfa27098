import { ApiError, get } from './api.ts';
import type { InFlight, Overview, Quota, RequestRow } from './types.ts';

/** How the page stands to the gateway. */
export type Link = 'connecting' | 'live' | 'lost' | 'refused';

export interface FeedEvents {
  hello: { version: string; startedAt: string; now: string };
  started: InFlight;
  progress: InFlight;
  ended: RequestRow;
  quota: { account: string; quota: Quota };
  accounts: unknown;
  settings: unknown;
}

type Listener<K extends keyof FeedEvents> = (value: FeedEvents[K]) => void;

const kinds: (keyof FeedEvents)[] = ['hello', 'started', 'progress', 'ended', 'quota', 'accounts', 'settings'];
const patienceMs = 1200;
const retryMs = 2000;

/** The one live connection. Pages listen to it; `epoch` tells them when everything must be fetched anew. */
class Feed {
  link = $state<Link>('connecting');
  /** When the gateway was last heard; null before the first time. */
  heard = $state<Date | null>(null);
  version = $state<string | null>(null);
  /** Counts up whenever what is shown may be stale: on each `hello`, the first included. */
  epoch = $state(0);
  /** Whole seconds, for what counts up or down on screen. */
  now = $state(Date.now());

  #source: EventSource | null = null;
  #listeners = new Map<keyof FeedEvents, Set<(value: never) => void>>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #doubt: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.#connect();
    setInterval(() => {
      this.now = Date.now();
    }, 1000);
    addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.link === 'lost') {
        this.retry();
      }
    });
  }

  /** Tries at once instead of at the next turn. */
  retry(): void {
    clearTimeout(this.#retry);
    this.#connect();
  }

  on<K extends keyof FeedEvents>(kind: K, listener: Listener<K>): () => void {
    const set = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, set);
    set.add(listener as (value: never) => void);
    return () => set.delete(listener as (value: never) => void);
  }

  /** Another part of the page was refused or got no answer: look whether that holds for all. */
  suspect(error: unknown): void {
    if (error instanceof ApiError && error.isAccess) {
      void this.#explain();
    }
  }

  #connect(): void {
    this.#source?.close();
    const source = new EventSource('/api/feed');
    this.#source = source;
    source.onopen = () => this.#alive();
    source.onerror = () => {
      if (source !== this.#source) {
        return;
      }

      // While it is connecting the browser tries again by itself and says where it stopped; when it is closed that is up to us.
      if (source.readyState === EventSource.CLOSED) {
        void this.#explain();
      } else {
        this.#doubt ??= setTimeout(() => this.#lost(), patienceMs);
      }
    };
    for (const kind of kinds) {
      source.addEventListener(kind, (event) => this.#receive(kind, event as MessageEvent<string>));
    }
  }

  #receive(kind: keyof FeedEvents, event: MessageEvent<string>): void {
    this.#alive();
    const value = JSON.parse(event.data) as never;
    if (kind === 'hello') {
      this.version = (value as FeedEvents['hello']).version;
      this.epoch++;
    }

    for (const listener of this.#listeners.get(kind) ?? []) {
      listener(value);
    }
  }

  #alive(): void {
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
    this.heard = new Date();
    this.link = 'live';
  }

  #lost(): void {
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
    this.link = 'lost';
  }

  // An EventSource does not tell the status it was refused with.
  async #explain(): Promise<void> {
    try {
      await get<Overview>('/api/overview');
      this.#again();
    } catch (error) {
      if (error instanceof ApiError && error.isAccess) {
        clearTimeout(this.#doubt);
        this.#doubt = undefined;
        this.#source?.close();
        this.link = 'refused';
        this.#later();
      } else {
        this.#lost();
        this.#later();
      }
    }
  }

  #again(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), 250);
  }

  #later(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), retryMs);
  }
}

export const feed = new Feed();
