import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimeWindow } from '../src/time-window.ts';

const at = (text: string) => Date.parse(text);
const days = (...open: number[]) => Array.from({ length: 7 }, (_, day) => open.includes(day));
const EVERY = days(0, 1, 2, 3, 4, 5, 6);
const WEEKDAYS = days(1, 2, 3, 4, 5);

type Row = [rule: string, window: TimeWindow, now: string, isOpen: boolean, until: string];
const berlin = (open: boolean[], from: number, to: number) => new TimeWindow(open, from * 60, to * 60, 'Europe/Berlin');

const rows: Row[] = [
  ['before it opens', berlin(WEEKDAYS, 8, 18), '2026-07-15T05:59:59Z', false, '2026-07-15T06:00:00Z'],
  ['the first moment', berlin(WEEKDAYS, 8, 18), '2026-07-15T06:00:00Z', true, '2026-07-15T16:00:00Z'],
  ['the last moment', berlin(WEEKDAYS, 8, 18), '2026-07-15T15:59:59.999Z', true, '2026-07-15T16:00:00Z'],
  ['closed over the weekend', berlin(WEEKDAYS, 8, 18), '2026-07-17T16:00:00Z', false, '2026-07-20T06:00:00Z'],
  ['over midnight: of the day on which it opens', berlin(days(5), 22, 4), '2026-07-17T23:00:00Z', true, '2026-07-18T02:00:00Z'],
  ['over midnight: not on the evening of the day behind', berlin(days(5), 22, 4), '2026-07-18T21:00:00Z', false, '2026-07-24T20:00:00Z'],
  ['a whole day ends where the next one is not listed', berlin(days(6), 0, 24), '2026-07-18T12:00:00Z', true, '2026-07-18T22:00:00Z'],
  ['neighbouring days are one window', berlin(days(0, 6), 0, 24), '2026-07-18T12:00:00Z', true, '2026-07-19T22:00:00Z'],
  ['clocks go forward: it opens an hour earlier in UTC', berlin(EVERY, 8, 18), '2026-03-28T17:00:00Z', false, '2026-03-29T06:00:00Z'],
  ['clocks go back: it opens an hour later in UTC', berlin(EVERY, 8, 18), '2026-10-24T16:00:00Z', false, '2026-10-25T07:00:00Z'],
  [
    'the hour that is left out: it opens when the clocks have jumped',
    berlin(EVERY, 2, 5),
    '2026-03-29T00:00:00Z',
    false,
    '2026-03-29T01:00:00Z',
  ],
  [
    'what begins in that hour opens behind it',
    new TimeWindow(EVERY, 150, 300, 'Europe/Berlin'),
    '2026-03-29T00:00:00Z',
    false,
    '2026-03-29T01:00:00Z',
  ],
  [
    'the hour that comes twice: open as the clock shows it',
    new TimeWindow(EVERY, 150, 300, 'Europe/Berlin'),
    '2026-10-25T00:30:00Z',
    true,
    '2026-10-25T01:00:00Z',
  ],
  [
    'the hour that comes twice: closed again, until the clock shows it again',
    new TimeWindow(EVERY, 150, 300, 'Europe/Berlin'),
    '2026-10-25T01:00:00Z',
    false,
    '2026-10-25T01:30:00Z',
  ],
  ['UTC', new TimeWindow(EVERY, 0, 60, 'UTC'), '2026-01-01T00:59:00Z', true, '2026-01-01T01:00:00Z'],
  [
    'a zone of three quarters of an hour',
    new TimeWindow(EVERY, 0, 60, 'Asia/Kathmandu'),
    '2026-01-01T18:15:00Z',
    true,
    '2026-01-01T19:15:00Z',
  ],
  ['before 1970', new TimeWindow(EVERY, 0, 60, 'UTC'), '1969-12-31T23:30:00Z', false, '1970-01-01T00:00:00Z'],
];

describe('TimeWindow', () => {
  test.each(rows)('%s', (_, window, now, isOpen, until) => {
    expect(window.isOpen(at(now))).toBe(isOpen);
    expect(new Date(window.changesAtMs).toISOString()).toBe(new Date(at(until)).toISOString());
  });

  test('asked in any order it says what one says that is asked for the first time', { timeout: 60_000 }, () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'UTC', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    const minutes = fc.integer({ min: 0, max: 1439 });
    const times = fc.array(fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(zones, fc.subarray([0, 1, 2, 3, 4, 5, 6]), minutes, minutes, times, (zone, open, from, to, nows) => {
        fc.pre(from !== to);
        const window = new TimeWindow(days(...open), from, to, zone);
        for (const now of nows.flatMap((time) => [time, time + 1, time - 3_600_000])) {
          const fresh = new TimeWindow(days(...open), from, to, zone);
          const isOpen = fresh.isOpen(now);
          expect(window.isOpen(now)).toBe(isOpen);
          const { changesAtMs } = fresh;
          expect(changesAtMs).toBeGreaterThan(now);
          // It holds until just before, and is another then, but for windows that never change.
          expect(new TimeWindow(days(...open), from, to, zone).isOpen(changesAtMs - 1)).toBe(isOpen);
          if (open.length > 0 && changesAtMs < now + 9 * 86_400_000)
            expect(new TimeWindow(days(...open), from, to, zone).isOpen(changesAtMs)).toBe(!isOpen);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a zone that is none', () => {
    expect(() => new TimeWindow(EVERY, 0, 60, 'Mars/Olympus')).toThrow(RangeError);
  });
});
