import { describe, expect, test } from 'vitest';
import { GeoDatabase } from '../src/index.ts';
import { writeMmdb } from './fixtures/mmdb-writer.ts';
import { endsOf, naiveRecord, octetsOf, toNumber, toOctets } from './fixtures/prefixes.ts';

type Networks = [string, { country_code: string }][];

const country = (code: string) => ({ country_code: code });

const IPV4: Networks = [
  ['1.0.0.0/8', country('AU')],
  ['1.2.0.0/15', country('CN')],
  ['1.2.3.0/24', country('JP')],
  ['1.2.3.4/32', country('KR')],
  ['81.2.69.128/25', country('GB')],
  ['128.0.0.0/2', country('US')],
  ['223.255.255.0/24', country('SG')],
  ['255.255.255.255/32', country('NZ')],
  ['0.0.0.0/32', country('FJ')],
];

const IPV6: Networks = [
  ['2001:db8::/32', country('DE')],
  ['2001:db8:1::/48', country('FR')],
  ['2001:db8:1:2:3:4:5:6/128', country('CH')],
  ['2a00::/12', country('GB')],
  ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128', country('NZ')],
];

describe.each([
  ['a file of IPv4', 4, 24, IPV4, 4],
  ['a file of IPv6, its IPv4', 6, 24, [...IPV6, ...IPV4], 4],
  ['28-bit records, IPv4', 6, 28, [...IPV6, ...IPV4], 4],
  ['32-bit records, IPv4', 6, 32, [...IPV6, ...IPV4], 4],
  ['24-bit records, IPv6', 6, 24, IPV6, 16],
  ['28-bit records, IPv6', 6, 28, IPV6, 16],
  ['32-bit records, IPv6', 6, 32, IPV6, 16],
] as const)('%s', (_name, ipVersion, recordSize, networks, octets) => {
  const list: Networks = [...networks];
  const database = new GeoDatabase([writeMmdb(list, { ipVersion, recordSize })]);

  test('the answered prefixes tile all addresses: first and last address of each have one verdict, that of the network list', () => {
    const end = 1n << BigInt(octets * 8);
    let prefixes = 0;
    for (let at = 0n; at < end; prefixes++) {
      const address = toOctets(at, octets);
      const location = database.locate(address);
      const { first, last } = endsOf(address, location.prefixLength);
      expect(toNumber(first)).toBe(at);
      expect(database.locate(last)).toBe(location);
      expect(location.country).toBe(naiveRecord(list, address)?.country_code);
      expect(naiveRecord(list, last)?.country_code).toBe(location.country);
      at = toNumber(last) + 1n;
    }
    expect(prefixes).toBeGreaterThan(networks.length);
  });
});

test('the addresses next to a network are not in its prefix', () => {
  const database = new GeoDatabase([writeMmdb(IPV4)]);
  for (const [network] of IPV4) {
    const [base = '', length = ''] = network.split('/');
    const { first, last } = endsOf(octetsOf(base), Number(length));
    const neighbours = [toNumber(first) - 1n, toNumber(last) + 1n].filter((n) => n >= 0n && n < 1n << 32n);
    for (const neighbour of neighbours) {
      const { prefixLength } = database.locate(toOctets(neighbour, 4));
      const ends = endsOf(toOctets(neighbour, 4), prefixLength);
      const overlaps = toNumber(ends.first) <= toNumber(last) && toNumber(ends.last) >= toNumber(first);
      expect(overlaps, `${network} and its neighbour's /${prefixLength}`).toBe(false);
    }
  }
});

test('RFC 4291 2.5.5.2: an IPv4-mapped address is looked up as IPv4, its prefix counted from the front', () => {
  const database = new GeoDatabase([writeMmdb([...IPV6, ...IPV4])]);
  expect(database.locate(octetsOf('::ffff:1.2.3.200'))).toMatchObject({ country: 'JP', prefixLength: 96 + 25 });
  expect(database.locate(octetsOf('1.2.3.200'))).toMatchObject({ country: 'JP', prefixLength: 25 });
  expect(database.locateText('::ffff:1.2.3.4')).toMatchObject({ country: 'KR', prefixLength: 128 });
});

test('a file of IPv4 knows nothing of IPv6, but of mapped addresses', () => {
  const database = new GeoDatabase([writeMmdb(IPV4, { ipVersion: 4 })]);
  expect(database.locateText('2001:db8::1')).toEqual({ prefixLength: 0 });
  expect(database.locateText('::ffff:1.2.3.4')).toMatchObject({ country: 'KR', prefixLength: 128 });
});

test('a file of IPv6 without any IPv4 has one gap for all of it', () => {
  const database = new GeoDatabase([writeMmdb(IPV6)]);
  expect(database.locateText('1.2.3.4')).toEqual({ prefixLength: 0 });
  expect(database.locateText('::ffff:1.2.3.4')).toEqual({ prefixLength: 96 });
});

test('one network of all addresses is a prefix of length 0 for IPv4', () => {
  const database = new GeoDatabase([writeMmdb([['0.0.0.0/0', country('AQ')]])]);
  expect(database.locateText('198.51.100.7')).toMatchObject({ country: 'AQ', prefixLength: 0 });
});
