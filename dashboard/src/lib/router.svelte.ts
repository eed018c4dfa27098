/** Where the page is: `#/requests/req_1?model=opus`. */
export interface Place {
  page: string;
  /** The record that is open; null for the list alone. */
  record: string | null;
  query: Record<string, string>;
}

export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', ...rest] = path.split('/');
  const record = rest.join('/');
  return { page: page || 'overview', record: record ? decode(record) : null, query: Object.fromEntries(new URLSearchParams(search)) };
}

export function placeHref(page: string, record?: string | null, query: Record<string, string | null | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value) {
      search.set(name, value);
    }
  }

  const text = search.toString();
  return `#/${page}${record ? '/' + encodeURIComponent(record) : ''}${text ? '?' + text : ''}`;
}

class Router {
  place = $state.raw<Place>(parsePlace(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.place = parsePlace(location.hash);
    });
  }

  go(href: string): void {
    location.hash = href;
    // The event comes later; a key pressed before it must start from here.
    this.place = parsePlace(location.hash);
  }

  /** Changes the place without a step in the history, as for a letter typed into a filter. */
  replace(href: string): void {
    history.replaceState(null, '', href);
    this.place = parsePlace(href);
  }

  /** Opens a record of this page, or closes it; the filters stay. */
  open(record: string | null): void {
    this.go(placeHref(this.place.page, record, this.place.query));
  }

  filter(changes: Record<string, string | null>): void {
    this.replace(placeHref(this.place.page, this.place.record, { ...this.place.query, ...changes }));
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const router = new Router();
