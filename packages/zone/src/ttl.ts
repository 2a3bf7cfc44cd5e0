import { MAX_TTL_SECONDS } from './layout.ts';

const UNIT_SECONDS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
  ['w', 604_800],
]);

/**
 * Reads a TTL: seconds, or numbers with BIND's units in any case (`1h30m`).
 *
 * @returns -1 when the octets are none, or are more than 2147483647 seconds (RFC 2181 8).
 */
export function parseTtl(octets: Uint8Array, from: number, to: number): number {
  let seconds = 0;
  let count = 0;
  let digits = 0;
  let hasUnits = false;
  for (let at = from; at < to; at++) {
    const octet = octets[at];
    if (octet >= 0x30 && octet <= 0x39) {
      count = count * 10 + octet - 0x30;
      digits++;
    } else {
      const unit = UNIT_SECONDS.get(String.fromCharCode(octet | 0x20));
      if (unit === undefined || digits === 0) return -1;
      seconds += count * unit;
      count = digits = 0;
      hasUnits = true;
    }
    if (count > MAX_TTL_SECONDS || seconds > MAX_TTL_SECONDS) return -1;
  }
  // A number without unit behind one with a unit could mean anything.
  if (hasUnits === digits > 0) return -1;
  return seconds + count;
}
