import { span, when } from './format.ts';
import type { Quota, Window } from './types.ts';

export interface Pace {
  tone: 'accent' | 'warn' | 'bad';
  /** Share of the window's time that is over, 0 to 1; null when unknown. */
  elapsed: number | null;
  /** One sentence on how it goes on. */
  forecast: string;
}

/** How a window goes on if it is used as so far. */
export function paceOf(window: Window, now: number): Pace {
  const left = window.resetsAt ? Date.parse(window.resetsAt) - now : null;
  const whole = window.minutes ? window.minutes * 60_000 : null;
  if (left !== null && left <= 0) {
    return { tone: 'accent', elapsed: null, forecast: 'The window has started anew since this was told.' };
  }

  const elapsed = left === null || whole === null ? null : Math.min(1, Math.max(0, 1 - left / whole));
  if (window.usedPercent >= 100) {
    return { tone: 'bad', elapsed, forecast: 'Used up until the reset.' };
  }

  const high = window.usedPercent >= 80;
  if (window.emptyAt && left !== null) {
    const early = left - (Date.parse(window.emptyAt) - now);
    return { tone: 'warn', elapsed, forecast: `At this pace used up at ${when(window.emptyAt, now)}, ${span(early)} before the reset.` };
  }

  if (elapsed === null || elapsed < 0.03) {
    return { tone: high ? 'warn' : 'accent', elapsed, forecast: elapsed === null ? '' : 'Too early for a forecast.' };
  }

  const end = Math.min(100, window.usedPercent / elapsed);
  return { tone: high ? 'warn' : 'accent', elapsed, forecast: `Lasts: about ${Math.round(end)} % by the reset at this pace.` };
}

/** The windows of the limit that counts; it comes first. */
export function windowsOf(quota: Quota | null | undefined): Window[] {
  return quota?.usage.limits[0]?.windows ?? [];
}
