import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../src/rdata/encodings.ts';

const V4_WORDS = ['0', '1', '9', '00', '01', '255', '256', '1000', '.', '.', '.', 'a', ' ', '-'];
const V6_WORDS = ['0', '1', 'fFfF', '10000', '00001', ':', ':', ':', '::', '192.0.2.1', '1.2.3', 'g', '%1', '.'];
const text = (words: readonly string[]) => fc.array(fc.constantFrom(...words), { maxLength: 17 }).map((parts) => parts.join(''));

test('RFC 1035 3.4.1: a text is an IPv4 address where Node says so', () => {
  const quad = fc
    .array(fc.constantFrom('0', '7', '10', '099', '255', '256', ''), { minLength: 3, maxLength: 5 })
    .map((parts) => parts.join('.'));
  fc.assert(
    fc.property(fc.oneof(quad, text(V4_WORDS)), (words) => {
      expect(parseIpv4(words) !== undefined).toBe(isIPv4(words));
    }),
    { numRuns: 3000 },
  );
});

test('RFC 4291 2.2: a text is an IPv6 address where Node says so, zone identifiers apart', () => {
  const groups = fc
    .tuple(
      fc.array(fc.constantFrom('0', '1', 'ABCD', '::', '', '1.2.3.4'), { minLength: 1, maxLength: 9 }),
      fc.constantFrom('', ':', '1.2.3.4', ':1.2.3.4'),
    )
    .map(([parts, tail]) => parts.join(':').replaceAll(/:{2,}/g, '::') + tail);
  fc.assert(
    fc.property(fc.oneof(groups, text(V6_WORDS)), (words) => {
      expect(parseIpv6(words) !== undefined).toBe(isIPv6(words) && !words.includes('%'));
    }),
    { numRuns: 5000 },
  );
});

test('addresses to text and back are the same; other texts of IPv6 mean what the URL standard makes of them', () => {
  const octet = fc.oneof(fc.constant(0), fc.nat(255));
  const octetsOf = (length: number) => fc.array(octet, { minLength: length, maxLength: length }).map((octets) => Uint8Array.from(octets));
  fc.assert(
    fc.property(octetsOf(4), (octets) => {
      expect(parseIpv4(formatIpv4(octets))).toEqual(octets);
    }),
  );
  fc.assert(
    fc.property(octetsOf(16), (octets) => {
      expect(parseIpv6(formatIpv6(octets))).toEqual(octets);
    }),
  );
  const host = (address: string) => new URL(`http://[${address}]/`).hostname;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV6(),
        text(V6_WORDS).filter((words) => isIPv6(words) && !words.includes('%')),
      ),
      (words) => {
        expect(host(formatIpv6(parseIpv6(words)!))).toBe(host(words));
      },
    ),
    { numRuns: 1000 },
  );
});
