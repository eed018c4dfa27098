import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

process.env.TZ = 'Europe/Berlin';
const { paceOf } = await load('lib/quota.ts');
const { stackOf } = await load('lib/buckets.ts');
const { query, ApiError } = await load('lib/api.ts');

const now = Date.parse('2026-11-21T12:00:00Z');
const at = (minutes) => new Date(now + minutes * 60000).toISOString();
const tokens = (input, cached, output) => ({ input, cached, cacheWrite: 0, output, reasoning: 0 });
const row = (key, split, input, cached, output, requests = 1, failed = 0) => ({ key, split, requests, failed, tokens: tokens(input, cached, output) });

test('a_window_that_runs_out_early_says_when_and_by_how_much', () => {
  const pace = paceOf({ minutes: 300, usedPercent: 63, resetsAt: at(134), emptyAt: at(98) }, now);
  assert.equal(pace.tone, 'warn');
  assert.match(pace.forecast, /^At this pace used up at 14:38, 36 min before the reset\.$/);
});

test('a_window_that_lasts_says_what_will_be_used', () => {
  const pace = paceOf({ minutes: 300, usedPercent: 20, resetsAt: at(150), emptyAt: null }, now);
  assert.equal(pace.elapsed, 0.5);
  assert.equal(pace.forecast, 'Lasts: about 40 % by the reset at this pace.');
});

test('a_full_window_is_bad_and_a_young_one_has_no_forecast', () => {
  assert.equal(paceOf({ minutes: 300, usedPercent: 100, resetsAt: at(10) }, now).tone, 'bad');
  assert.equal(paceOf({ minutes: 300, usedPercent: 1, resetsAt: at(299) }, now).forecast, 'Too early for a forecast.');
  assert.equal(paceOf({ minutes: 300, usedPercent: 81, resetsAt: at(100) }, now).tone, 'warn');
});

test('a_window_without_times_or_past_its_reset_promises_nothing', () => {
  assert.equal(paceOf({ usedPercent: 50 }, now).forecast, '');
  assert.match(paceOf({ minutes: 300, usedPercent: 50, resetsAt: at(-1) }, now).forecast, /started anew/);
});

test('days_without_use_stay_in_the_chart_over_a_change_of_the_clock', () => {
  const stack = stackOf([row('2026-10-24', null, 10, 4, 1), row('2026-10-27', null, 20, 0, 2)], 'day', '', 'tokens');
  assert.deepEqual(stack.keys, ['2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27']);
  assert.equal((stack.times[2] - stack.times[1]) / 3600, 25);
  assert.deepEqual(stack.series.map((one) => one.values), [[4, 0, 0, 0], [6, 0, 0, 20], [1, 0, 0, 2]]);
});

test('requests_are_split_into_answered_and_failed', () => {
  const stack = stackOf([row('2026-11-21T10:00', null, 0, 0, 0, 5, 2)], 'hour', '', 'requests');
  assert.deepEqual(stack.series, [{ name: 'Answered', values: [3] }, { name: 'Failed', values: [2] }]);
});

test('what_is_small_goes_together_when_there_are_too_many_parts', () => {
  const rows = Array.from({ length: 8 }, (_, index) => row('2026-11-21', `model-${index}`, 100 - index, 0, 0));
  const stack = stackOf(rows, 'day', 'model', 'tokens');
  assert.deepEqual(stack.series.map((one) => one.name), ['model-0', 'model-1', 'model-2', 'model-3', '4 others']);
  assert.equal(stack.series[4].values[0], 96 + 95 + 94 + 93);
});

test('a_query_leaves_out_what_is_not_set', () => {
  assert.equal(query({ a: 1, b: '', c: null, d: undefined, e: 'x y' }), '?a=1&e=x+y');
  assert.equal(query({}), '');
});

test('an_error_tells_refusal_from_absence', () => {
  assert.equal(new ApiError(403, '').isAccess, true);
  assert.equal(new ApiError(0, '').isGone, true);
  assert.equal(new ApiError(500, '').isGone, false);
});
