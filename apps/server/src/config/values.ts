import { isIP } from 'node:net';
import { z } from 'zod';

// Values that more than one row of the schema has.

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** '500ms', '5s', '2m' or '1h', as milliseconds, within a range of milliseconds. */
export function duration(leastMs: number, mostMs: number) {
  const expected = 'expected a duration such as "5s", "500ms", "2m"';
  return z
    .string({ error: expected })
    .regex(/^\d{1,9}(ms|s|m|h)$/, expected)
    .meta({ leastMs, mostMs })
    .transform((text) => Number.parseInt(text, 10) * UNIT_MS[text.replace(/^\d+/, '')]!)
    .refine((ms) => ms >= leastMs && ms <= mostMs, `expected ${durationText(leastMs)} to ${durationText(mostMs)}`);
}

/** In the largest unit that leaves no rest. */
export function durationText(ms: number): string {
  const [unit, unitMs] = Object.entries(UNIT_MS).findLast(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];
  return `${ms / unitMs}${unit}`;
}

/** Text of which every mismatch, in kind or in content, is told alike. */
export function textThat(holds: (text: string) => boolean, expected: string) {
  return z.string({ error: expected }).refine(holds, expected);
}

/**
 * A section that has a key and nothing behind it (`geo:`, which YAML reads as null) counts as left out, since that is what an empty map means
 * there as well. Not for what is switched on by being there.
 */
export function mayBeEmpty<T extends z.ZodType>(section: T) {
  return z.preprocess((found) => found ?? undefined, section).meta({ mayBeEmpty: true });
}

export const ipAddress = textThat((text) => isIP(text) !== 0, 'expected an IPv4 or IPv6 address');

export const prefix = textThat((text) => {
  const [address = '', length, ...more] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && more.length === 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits));
}, 'expected an address or a prefix such as "192.0.2.0/24"');

export const listenAddress = textThat((text) => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  return isIP(bracketed ?? plain ?? '') === (bracketed === undefined ? 4 : 6) && Number(port) <= 65_535;
}, 'expected an address and a port such as "127.0.0.1:5300" or "[::1]:5300"');

/** Of a pool, an endpoint or a policy. */
export const name = textThat((text) => /^[^/\s]+$/.test(text), 'expected a name without "/" or blanks');

export const domainName = textThat((text) => text !== '', 'expected a domain name');

/** Relative to the folder of the configuration file. */
export const path = textThat((text) => text !== '', 'expected a path');
