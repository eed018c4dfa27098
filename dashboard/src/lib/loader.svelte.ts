import { sentence } from './api.ts';
import { feed } from './feed.svelte.ts';

/** Something fetched: its value, whether it is under way, and why it did not come. The last value stays while the next comes. */
export class Loader<T> {
  value = $state.raw<T | null>(null);
  error = $state<string | null>(null);
  busy = $state(false);

  #abort: AbortController | null = null;

  /** Fetches; what was under way is given up. */
  async load(fetcher: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = true;
    try {
      const value = await fetcher(abort.signal);
      if (!abort.signal.aborted) {
        this.value = value;
        this.error = null;
      }
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

  /** Gives up what is under way and forgets the value. */
  clear(): void {
    this.#abort?.abort();
    this.value = null;
    this.error = null;
    this.busy = false;
  }
}
