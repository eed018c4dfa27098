/** Why an answer did not come. */
export class ApiError extends Error {
  /** HTTP status; 0 when the gateway could not be reached. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  get isAccess(): boolean {
    return this.status === 403;
  }

  get isGone(): boolean {
    return this.status === 0;
  }
}

/** Asks the gateway. The cookie of this page is the only key it has. */
export async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? { accept: 'application/json' } : { accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: 'no-store',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }

    throw new ApiError(0, 'The gateway does not answer.');
  }

  const text = await response.text();
  const value = parse(text);
  if (!response.ok) {
    throw new ApiError(response.status, messageOf(value) ?? `The gateway answered with status ${response.status}.`);
  }

  if (value === undefined) {
    throw new ApiError(response.status, 'The gateway answered with something that is not JSON.');
  }

  return value as T;
}

export const get = <T>(path: string, signal?: AbortSignal) => ask<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body: unknown = {}) => ask<T>('POST', path, body);
export const remove = <T>(path: string) => ask<T>('DELETE', path);

/** A query string of what is set; empty texts are left out. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== '') {
      parts.set(name, String(value));
    }
  }

  const text = parts.toString();
  return text ? '?' + text : '';
}

/** What went wrong, as a sentence. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Failures come as {"error":{"message"}} from the doors and as {"success":false,"error"} from actions.
function messageOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('error' in value)) {
    return undefined;
  }

  const { error } = value as { error: unknown };
  if (typeof error === 'string') {
    return 'message' in value && typeof (value as { message: unknown }).message === 'string'
      ? (value as { message: string }).message
      : error;
  }

  return typeof error === 'object' && error !== null && 'message' in error ? String((error as { message: unknown }).message) : undefined;
}
