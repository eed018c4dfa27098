import type { Tone } from '../parts/Dot.svelte';
import type { Account, RequestRow, Setting } from './types.ts';

/** Words for people for the words of the wire, with how grave they are. */

export function endingOf(row: Pick<RequestRow, 'ending' | 'failure' | 'status'>): { tone: Tone; word: string } {
  switch (row.ending) {
    case 'answered':
      return { tone: 'good', word: 'Answered' };
    case 'clientgone':
      return { tone: 'none', word: 'Client left' };
    default:
      return { tone: 'bad', word: row.failure ? plain(row.failure) : `Failed (${row.status})` };
  }
}

export function cacheOf(word: string | null | undefined): { tone: Tone; word: string; meaning: string } | null {
  switch (word) {
    case 'hit':
      return { tone: 'good', word: 'Hit', meaning: 'What was sent again was read from the cache.' };
    case 'miss':
      return { tone: 'warn', word: 'Miss', meaning: 'Some or all of what was sent again had to be paid for again.' };
    case 'first':
      return { tone: 'none', word: 'First', meaning: 'The first request of its lane: there was nothing to find.' };
    case 'short':
      return { tone: 'none', word: 'Short', meaning: 'The part before was too short to be cached.' };
    default:
      return null;
  }
}

export function accountState(account: Account): { tone: Tone; word: string } {
  if (account.problem) {
    return { tone: 'bad', word: 'Needs sign-in' };
  }

  if (account.quota?.usage.limitReached) {
    return { tone: 'bad', word: account.isActive ? 'Serves, limit reached' : 'Limit reached' };
  }

  return account.isActive ? { tone: 'good', word: 'Serves' } : { tone: 'none', word: 'Ready' };
}

export function originOf(origin: string): string {
  return { 'sign-in': 'Signed in here', import: 'Copied from the Codex CLI', link: 'Shared with the Codex CLI' }[origin] ?? origin;
}

export function settingOrigin(setting: Setting): string {
  switch (setting.origin) {
    case 'flag':
      return `Flag ${setting.source ?? ''}`.trim();
    case 'environment':
      return `Variable ${setting.source ?? ''}`.trim();
    case 'file':
      return 'config.json';
    default:
      return 'Default';
  }
}

export function planOf(plan: string | null | undefined): string {
  return plan ? plan.charAt(0).toUpperCase() + plan.slice(1) : '–';
}

export function faceOf(face: string): string {
  return { messages: 'Messages', chat: 'Chat Completions', responses: 'Responses', vendor: 'Passed through' }[face] ?? face;
}

/** «rate_limited» and «RateLimited» as «Rate limited». */
export function plain(word: string): string {
  const text = word.replaceAll('_', ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
