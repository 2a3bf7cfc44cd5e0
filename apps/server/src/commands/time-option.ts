import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const ISO = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const FORMS =
  'such as 2026-11-23T08:00Z, 2026-11-23T09:00+01:00 or 2026-11-23 (0:00 UTC), +2h, -30m (s, m, h, d, from now), or seconds since 1970';

/**
 * The value of `--at`.
 *
 * @param nowMs - what a relative time counts from, milliseconds since 1970.
 * @returns seconds since 1970.
 * @throws InvalidArgumentError
 */
export function timeOption(text: string, nowMs: number = Date.now()): number {
  if (/^\d{1,11}$/.test(text)) return Number(text);
  const [, sign, count, unit] = /^([+-])(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (unit !== undefined) return Math.floor(nowMs / 1000) + (sign === '-' ? -1 : 1) * Number(count) * UNIT_SECONDS[unit]!;
  const [, day, clock, zone] = ISO.exec(text) ?? [];
  if (day === undefined) throw new InvalidArgumentError(`Expected a time ${FORMS}.`);
  if (clock !== undefined && zone === undefined)
    throw new InvalidArgumentError(`Expected a time zone behind ${text}: Z for UTC, or such as +01:00.`);
  const ms = Date.parse(text);
  // Date.parse takes February 30 for March 2.
  if (!(ms >= 0) || new Date(`${day}T00:00Z`).toISOString().slice(0, 10) !== day)
    throw new InvalidArgumentError(`There is no such time since 1970: expected one ${FORMS}.`);
  return Math.floor(ms / 1000);
}
