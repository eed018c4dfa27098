import type { UsageRow } from './types.ts';

export type Measure = 'tokens' | 'requests';

export interface Stack {
  /** Keys of the buckets, without holes for hours and days. */
  keys: string[];
  /** Starts of the buckets in Unix seconds; empty when the keys are no times. */
  times: number[];
  series: { name: string; values: number[] }[];
}

/** More would not be told apart; what is smaller goes together. */
const mostSeries = 4;
const mostBuckets = 2000;

/** The rows of a chart over time as stacked series, with the holes of hours and days filled. */
export function stackOf(rows: readonly UsageRow[], by: string, split: string, measure: Measure): Stack {
  const keys = filled([...new Set(rows.map((row) => row.key))].sort(), by);
  const places = new Map(keys.map((key, index) => [key, index]));
  const blank = () => keys.map(() => 0);
  const series = new Map<string, number[]>();
  const put = (name: string, key: string, value: number) => {
    const values = series.get(name) ?? blank();
    series.set(name, values);
    const place = places.get(key);
    if (place !== undefined) {
      values[place] = (values[place] ?? 0) + value;
    }
  };

  if (!split) {
    for (const name of measure === 'tokens' ? ['From the cache', 'New input', 'Output'] : ['Answered', 'Failed']) {
      series.set(name, blank());
    }
  }

  for (const row of rows) {
    if (split) {
      put(row.split || 'unknown', row.key, measure === 'tokens' ? row.tokens.input + row.tokens.output : row.requests);
    } else if (measure === 'tokens') {
      put('From the cache', row.key, row.tokens.cached);
      put('New input', row.key, row.tokens.input - row.tokens.cached);
      put('Output', row.key, row.tokens.output);
    } else {
      put('Answered', row.key, row.requests - row.failed);
      put('Failed', row.key, row.failed);
    }
  }

  return { keys, times: keys.map(secondsOf), series: split ? largest(series) : [...series].map(([name, values]) => ({ name, values })) };
}

function largest(series: Map<string, number[]>): { name: string; values: number[] }[] {
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  const sorted = [...series].map(([name, values]) => ({ name, values })).sort((a, b) => total(b.values) - total(a.values));
  if (sorted.length <= mostSeries + 1) {
    return sorted;
  }

  const rest = sorted.slice(mostSeries);
  return [...sorted.slice(0, mostSeries), { name: `${rest.length} others`, values: (rest[0]?.values ?? []).map((_, index) => rest.reduce((sum, one) => sum + (one.values[index] ?? 0), 0)) }];
}

/** Start of a local hour or day in Unix seconds. */
export function secondsOf(key: string): number {
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):\d\d)?$/.exec(key);
  return parts ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]), Number(parts[4] ?? 0)).getTime() / 1000 : 0;
}

// Walks by the calendar, not by seconds: a day can have 23 or 25 hours.
function filled(keys: string[], by: string): string[] {
  const first = keys[0];
  const last = keys.at(-1);
  if ((by !== 'hour' && by !== 'day') || first === undefined || last === undefined) {
    return keys;
  }

  const all: string[] = [];
  const walk = new Date(secondsOf(first) * 1000);
  const end = secondsOf(last) * 1000;
  while (walk.getTime() <= end && all.length < mostBuckets) {
    const key = keyOf(walk, by);
    if (all.at(-1) !== key) {
      all.push(key);
    }

    if (by === 'day') {
      walk.setDate(walk.getDate() + 1);
    } else {
      walk.setTime(walk.getTime() + 3_600_000);
    }
  }

  return all;
}

function keyOf(date: Date, by: string): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return by === 'day' ? day : `${day}T${pad(date.getHours())}:00`;
}
