import fc from 'fast-check';
import { Reader, type Response } from 'maxmind';
import { expect, test } from 'vitest';
import { GeoDatabase, openDatabase } from '../../src/index.ts';
import { writeMmdb } from '../fixtures/mmdb-writer.ts';
import { endsOf, naiveRecord, toNumber } from '../fixtures/prefixes.ts';

const text = (octets: Uint8Array) =>
  octets.length === 4 ? octets.join('.') : (Buffer.from(octets).toString('hex').match(/.{4}/g) ?? []).join(':');

const addresses = (octets: 4 | 16) => fc.uint8Array({ minLength: octets, maxLength: octets });

const networks = (octets: 4 | 16) =>
  fc.array(
    fc.tuple(addresses(octets), fc.integer({ min: octets === 4 ? 0 : 1, max: octets * 8 }), fc.constantFrom('DE', 'US', 'JP', 'BR')),
    {
      minLength: 1,
      maxLength: 12,
    },
  );

test.each([4, 16] as const)(
  'addresses of %i octets: the verdict of the network list, and the same at both ends of the prefix',
  (octets) => {
    fc.assert(
      fc.property(
        networks(octets),
        fc.array(addresses(octets), { maxLength: 5 }),
        fc.constantFrom(24, 28, 32),
        (drawn, asked, recordSize) => {
          const list = drawn
            .sort((a, b) => a[1] - b[1])
            .map(([address, length, code]) => [`${text(endsOf(address, length).first)}/${length}`, { country_code: code }] as const);
          const database = new GeoDatabase([writeMmdb(list, { recordSize: recordSize as 24 | 28 | 32 })]);
          for (const address of [...asked, ...drawn.map(([address]) => address)]) {
            // ::/96 is where IPv4 is, and ::ffff:0:0/96 is looked up there.
            if (octets === 16 && toNumber(address) >> 48n === 0n) continue;
            const location = database.locate(address);
            expect(location.country).toBe(naiveRecord(list, address)?.country_code);
            const { first, last } = endsOf(address, location.prefixLength);
            expect(database.locate(first)).toBe(location);
            expect(database.locate(last)).toBe(location);
          }
        },
      ),
      { numRuns: 150 },
    );
  },
);

test('the embedded database: country and prefix length are what maxmind finds', async () => {
  const database = await openDatabase();
  const maxmind = new Reader<Response>(Buffer.from(database.octets[0]!));
  const check = (address: Uint8Array) => {
    const [record, prefixLength] = maxmind.getWithPrefixLength(text(address)) as [{ country_code: string } | null, number];
    const location = database.locate(address);
    expect(location.prefixLength).toBe(prefixLength);
    expect(location.country).toBe(record?.country_code === 'AP' ? undefined : record?.country_code);
  };
  fc.assert(fc.property(addresses(4), check), { numRuns: 1000 });
  // Drawn within 2000::/3, where addresses are given out, and in all of IPv6.
  fc.assert(
    fc.property(addresses(16), fc.boolean(), (address, isGlobal) => {
      if (isGlobal) address[0] = 0x20 | (address[0]! & 0x1f);
      if (isGlobal) address[2] = 0;
      check(address);
    }),
    { numRuns: 1000 },
  );
});

test('any octets in place of a file: an error by code, or a database that answers', () => {
  const whole = writeMmdb([
    ['192.0.2.0/24', { country_code: 'DE' }],
    ['2001:db8::/32', { country: { iso_code: 'FR' } }],
  ]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 }), fc.nat(whole.length), (edits, cut) => {
      const octets = Buffer.from(whole);
      for (const [at, value] of edits) octets[at] = value;
      for (const contents of [octets, octets.subarray(0, cut)]) {
        try {
          const database = new GeoDatabase([contents]);
          database.check();
          for (const address of ['192.0.2.1', '2001:db8::1', '255.255.255.255']) database.locateText(address);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_GEO_BROKEN_DATABASE' });
        }
      }
    }),
    { numRuns: 500 },
  );
});
