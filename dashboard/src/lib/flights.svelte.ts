import { feed } from './feed.svelte.ts';
import type { InFlight } from './types.ts';

const remembered = 200;

/** The requests that are being answered now, oldest first. */
class Flights {
  items = $state.raw<InFlight[]>([]);
  #ended: string[] = [];

  constructor() {
    feed.on('started', (flight) => this.#put(flight));
    feed.on('progress', (flight) => this.#put(flight));
    feed.on('ended', ({ id }) => {
      this.#ended = [id, ...this.#ended].slice(0, remembered);
      this.items = this.items.filter((flight) => flight.id !== id);
    });
  }

  /** Takes over what a whole picture says; it may be older than the last events. */
  seed(flights: readonly InFlight[]): void {
    this.items = flights.filter((flight) => !this.#ended.includes(flight.id)).sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  }

  #put(flight: InFlight): void {
    if (this.#ended.includes(flight.id)) {
      return;
    }

    const known = this.items.some((one) => one.id === flight.id);
    this.items = known ? this.items.map((one) => (one.id === flight.id ? flight : one)) : [...this.items, flight];
  }
}

export const flights = new Flights();
