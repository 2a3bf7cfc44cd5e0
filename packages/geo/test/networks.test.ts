import { describe, expect, test } from 'vitest';
import { combine, GeoDatabase, type Location } from '../src/index.ts';
import { writeMmdb } from './fixtures/mmdb-writer.ts';
import { endsOf, toNumber, toOctets } from './fixtures/prefixes.ts';

const country = new GeoDatabase([
  writeMmdb([
    ['1.0.0.0/8', { country_code: 'AU' }],
    ['1.2.3.0/24', { country_code: 'JP' }],
    ['255.255.255.255/32', { country_code: 'NZ' }],
    ['2001:db8::/32', { country_code: 'DE' }],
    ['2001:db8:1::/48', { country_code: 'FR' }],
    ['2001:db8:2:3:4::/80', { country_code: 'CH' }],
  ]),
]);
const asn = new GeoDatabase([
  writeMmdb([
    ['1.2.0.0/16', { asn: 64500 }],
    ['1.2.3.128/25', { asn: 64501 }],
    ['2001:db8:1::/49', { asn: 64500 }],
  ]),
]);
const ipv4Only = new GeoDatabase([writeMmdb([['192.0.2.0/24', { country_code: 'US' }]], { ipVersion: 4 })]);

describe.each([
  ['one file', country],
  ['two files: what either divides', combine([country, asn])],
  ['a file of IPv4', ipv4Only],
  ['a file of IPv4 and one of both', combine([ipv4Only, asn])],
])('%s', (_, database) => {
  test.each([
    [4, 32],
    [16, 64],
  ] as const)('networks of %i octets tile all addresses in order, each as locate() has it', (octets, longest) => {
    let next = 0n;
    const bySame = new Map<string, Location>();
    database.networks(octets, (address, prefixLength, location) => {
      expect(toNumber(address)).toBe(next);
      expect(prefixLength).toBeLessThanOrEqual(longest);
      const { last } = endsOf(address, prefixLength);
      next = toNumber(last) + 1n;
      if (location === undefined) {
        expect(prefixLength).toBe(64);
        expect(database.locate(address).prefixLength).toBeGreaterThan(64);
        return;
      }
      const { prefixLength: _own, ...facts } = location;
      for (const edge of [address, last]) expect(database.locate(edge)).toEqual({ ...facts, prefixLength });
      const text = JSON.stringify(facts);
      expect(bySame.get(text) ?? location).toBe(location);
      bySame.set(text, location);
    });
    expect(next).toBe(1n << BigInt(octets * 8));
    expect(toOctets(next - 1n, octets).every((octet) => octet === 255)).toBe(true);
  });
});
