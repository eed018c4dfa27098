import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

process.env.TZ = 'Europe/Berlin';
const format = await load('lib/format.ts');

function table(name, run, cases) {
  for (const [input, expected] of cases) {
    test(`${name}(${JSON.stringify(input)}) is ${expected}`, () => assert.equal(run(input), expected));
  }
}

table('count', format.count, [[0, '0'], [1234567, '1,234,567'], [null, '–'], [undefined, '–']]);
table('short', format.short, [[0, '0'], [999, '999'], [1000, '1.00 k'], [12345, '12.3 k'], [99949, '99.9 k'], [99960, '100 k'], [999499, '999 k'], [999500, '1.00 M'], [4560000, '4.56 M'], [999499999, '999 M'], [1.2e9, '1.20 G'], [-1500, '-1.50 k'], [null, '–']]);
table('duration', format.duration, [[0, '0 ms'], [820, '820 ms'], [999.6, '1.0 s'], [4200, '4.2 s'], [9949, '9.9 s'], [9950, '10 s'], [59499, '59 s'], [59500, '1 min 00 s'], [65000, '1 min 05 s'], [3599400, '59 min 59 s'], [8040000, '2 h 14 min'], [273600000, '3 d 4 h'], [-5, '0 ms'], [null, '–']]);
table('span', format.span, [[0, '0 s'], [-1, '0 s'], [59000, '59 s'], [60000, '1 min'], [3600000, '1 h'], [8040000, '2 h 14 min'], [86400000, '1 d'], [273600000, '3 d 4 h']]);
table('percent', format.percent, [[0, '0 %'], [0.004, '<1 %'], [0.87, '87 %'], [0.996, '>99 %'], [1, '100 %'], [null, '–']]);
table('bytes', format.bytes, [[512, '512 B'], [1400, '1.40 kB'], [20300000, '20.3 MB'], [null, '–']]);
table('windowName', format.windowName, [[300, '5 hours'], [10080, 'Week'], [10079, 'Week'], [1440, 'Day'], [43200, '30 days'], [60, 'Hour'], [45, '45 minutes'], [null, 'Limit']]);
table('shortId', format.shortId, [['req_0123456789abcdef', '01234567'], ['abc', 'abc'], ['a81f0c11-22', 'a81f0c11']]);
table('bucket', format.bucket, [['2026-11-21T14:00', '21 Nov 14:00'], ['2026-11-21', 'Sat 21 Nov'], ['gpt-5.2', 'gpt-5.2']]);

test('plural_agrees_with_its_count', () => {
  assert.equal(format.plural(1, 'request'), '1 request');
  assert.equal(format.plural(1200, 'request'), '1,200 requests');
  assert.equal(format.plural(2, 'entry', 'entries'), '2 entries');
});

test('a_time_is_shown_in_the_zone_of_this_machine_and_exactly_on_demand', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  assert.equal(format.when('2026-11-21T11:03:07.123Z', now), '12:03');
  assert.equal(format.when('2026-11-21T11:03:07.123Z', now, true), '12:03:07');
  assert.equal(format.when('2026-11-18T11:03:00Z', now), 'Wed 12:03');
  assert.equal(format.when('2026-10-03T11:03:00Z', now), '3 Oct 13:03');
  assert.equal(format.when('2025-10-03T11:03:00Z', now), '3 Oct 2025');
  assert.equal(format.exact('2026-11-21T11:03:07.123Z'), '2026-11-21 12:03:07.123 +01:00');
});

test('distances_say_their_direction', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  assert.equal(format.relative(now - 1000, now), 'just now');
  assert.equal(format.relative(now - 240000, now), '4 min ago');
  assert.equal(format.relative(now + 8040000, now), 'in 2 h 14 min');
});
