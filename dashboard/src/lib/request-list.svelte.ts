import { get, query, sentence } from './api.ts';
import { feed } from './feed.svelte.ts';
import type { RequestPage, RequestRow } from './types.ts';

export interface Filters {
  q?: string;
  model?: string;
  session?: string;
  agent?: string;
  account?: string;
  client?: string;
  ending?: string;
  since?: string;
  until?: string;
}

const pageSize = 200;

/** Requests, newest first: fetched page by page as they are scrolled to, with the new ones put in front as they end. */
export class RequestList {
  rows = $state.raw<RequestRow[]>([]);
  total = $state<number | null>(null);
  error = $state<string | null>(null);
  busy = $state(false);
  loaded = $state(false);
  ended = $state(false);

  #next: string | null = null;
  #filters: Filters = {};
  #abort: AbortController | null = null;
  #ids = new Set<string>();

  /** Begins anew. What is shown stays until the new list is there. */
  async restart(filters: Filters): Promise<void> {
    this.#filters = filters;
    this.#next = null;
    await this.#fetch(true);
  }

  async more(): Promise<void> {
    if (!this.busy && this.#next !== null && this.error === null) {
      await this.#fetch(false);
    }
  }

  /** After a failure. */
  async again(): Promise<void> {
    await this.#fetch(this.#next === null);
  }

  /** A request has just ended. */
  add(row: RequestRow): void {
    if (!this.loaded || this.#ids.has(row.id) || !fits(row, this.#filters)) {
      return;
    }

    this.#ids.add(row.id);
    this.rows = [row, ...this.rows];
    this.total = this.total === null ? null : this.total + 1;
  }

  async #fetch(anew: boolean): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = true;
    try {
      const page = await get<RequestPage>('/api/requests' + query({ limit: pageSize, before: this.#next, ...this.#filters }), abort.signal);
      if (abort.signal.aborted) {
        return;
      }

      if (anew) {
        this.#ids = new Set();
      }

      const fresh = page.requests.filter((row) => !this.#ids.has(row.id));
      fresh.forEach((row) => this.#ids.add(row.id));
      this.rows = anew ? fresh : [...this.rows, ...fresh];
      this.#next = page.next ?? null;
      this.total = anew ? (page.total ?? null) : this.total;
      this.ended = this.#next === null;
      this.loaded = true;
      this.error = null;
    } catch (error) {
      if (!abort.signal.aborted) {
        this.error = sentence(error);
        feed.suspect(error);
      }
    } finally {
      if (!abort.signal.aborted) {
        this.busy = false;
      }
    }
  }
}

/** Whether a request belongs into a list with these filters: the same rule as the gateway's. */
export function fits(row: RequestRow, filters: Filters): boolean {
  const q = filters.q?.trim().toLowerCase();
  return (
    (same(filters.model, row.model) || same(filters.model, row.requestedModel)) &&
    same(filters.session, row.session) &&
    same(filters.agent, row.agent) &&
    same(filters.account, row.account) &&
    (same(filters.client, row.client) || same(filters.client, row.client?.split('/')[0])) &&
    same(filters.ending, row.ending) &&
    (!filters.since || row.at >= filters.since) &&
    (!filters.until || row.at < filters.until) &&
    (!q ||
      row.id.toLowerCase().startsWith(q) ||
      row.id.toLowerCase().startsWith('req_' + q) ||
      (row.session ?? '').toLowerCase().startsWith(q) ||
      [row.model, row.requestedModel, row.failure ?? ''].some((text) => text.toLowerCase().includes(q)))
  );
}

function same(wanted: string | undefined, value: string | null | undefined): boolean {
  return !wanted || wanted === value;
}
