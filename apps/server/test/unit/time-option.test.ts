import { expect, test } from 'vitest';
import { timeOption } from '../../src/commands/time-option.ts';

const NOW_MS = Date.parse('2026-11-23T08:00:00.700Z');
const NOW = 1_795_420_800;

test.each([
  ['2026-11-23T08:00:00Z', NOW],
  ['2026-11-23T08:00Z', NOW],
  ['2026-11-23T09:00+01:00', NOW],
  ['2026-11-23T08:00:00.5Z', NOW],
  ['2026-11-23', NOW - 8 * 3600],
  ['1795420800', NOW],
  ['0', 0],
  ['+2h', NOW + 7200],
  ['-30m', NOW - 1800],
  ['+1d', NOW + 86_400],
  ['-5s', NOW - 5],
])('ISO 8601, seconds, or from now: %s', (text, seconds) => {
  expect(timeOption(text, NOW_MS)).toBe(seconds);
});

test.each([
  ['2026-11-23T08:00', 'Expected a time zone behind 2026-11-23T08:00: Z for UTC, or such as +01:00.'],
  ['2026-02-30', 'There is no such time'],
  ['2026-02-30T10:00Z', 'There is no such time'],
  ['2026-13-01', 'There is no such time'],
  ['2026-01-01T25:00Z', 'There is no such time'],
  ['1969-01-01', 'There is no such time'],
  ['2h', 'Expected a time such as'],
  ['+2w', 'Expected a time such as'],
  ['tomorrow', 'Expected a time such as'],
  ['1 May 2026', 'Expected a time such as'],
  ['', 'Expected a time such as'],
])('%j is refused', (text, message) => {
  expect(() => timeOption(text, NOW_MS)).toThrow(message);
});
