import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { combine, GeoDatabase, GeoError, openDatabase } from '../src/index.ts';
import { writeMmdb } from './fixtures/mmdb-writer.ts';
import { octetsOf } from './fixtures/prefixes.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'geo-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, contents: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, contents);
  return path;
}

const countries = writeMmdb(
  [
    ['192.0.2.0/24', { country_code: 'DE' }],
    ['2001:db8::/32', { country_code: 'FR' }],
  ],
  { databaseType: 'Countries', buildEpochSeconds: 1_767_225_600 },
);
const networks = writeMmdb(
  [
    ['192.0.2.0/26', { autonomous_system_number: 64496 }],
    ['192.0.2.128/30', { autonomous_system_number: 64497, location: { latitude: 48.1, longitude: 11.6 } }],
  ],
  { databaseType: 'Networks', ipVersion: 4 },
);

describe('the database that ships with the package', () => {
  const embedded = openDatabase();

  test.each([
    ['8.8.8.8', 'US', 'NA'],
    ['194.25.0.60', 'DE', 'EU'],
    ['133.11.0.1', 'JP', 'AS'],
    ['2a02:2e0::1', 'DE', 'EU'],
  ])('%s is in %s', async (address, country, continent) => {
    const location = (await embedded).locateText(address);
    expect(location).toMatchObject({ country, continent, latitude: expect.any(Number), longitude: expect.any(Number) });
    expect(location.prefixLength).toBeGreaterThan(0);
  });

  test.each(['127.0.0.1', '10.0.0.1', '::1', '2001:db8::1', '224.0.0.1'])('%s is nowhere, and the gap has a prefix', async (address) => {
    expect((await embedded).locateText(address)).toEqual({ prefixLength: expect.any(Number) });
  });

  test('its description tells type and age', async () => {
    expect((await embedded).description).toMatch(/^country ipvAll \(built 2026-\d\d-\d\d\)$/);
  });
});

describe('locate', () => {
  const database = new GeoDatabase([countries]);

  test('the same record and prefix is the same object, from any of its addresses, by octets or text', () => {
    const location = database.locate(octetsOf('192.0.2.1'));
    expect(location).toMatchObject({ country: 'DE', prefixLength: 24 });
    expect(database.locate(octetsOf('192.0.2.254'))).toBe(location);
    expect(database.locateText('192.0.2.77')).toBe(location);
    expect(database.locateText('::ffff:192.0.2.1')).not.toBe(location);
  });

  test('an address may stand at the start of a longer buffer', () => {
    const buffer = new Uint8Array(16).fill(0xee);
    buffer.set(octetsOf('192.0.2.1'));
    expect(database.locate(buffer, 4)).toBe(database.locate(octetsOf('192.0.2.1')));
  });

  test.each([0, 3, 5, 15, 17])('%i octets are ERR_GEO_BAD_ADDRESS', (octets) => {
    expect(() => database.locate(new Uint8Array(octets))).toThrow(expect.objectContaining({ code: 'ERR_GEO_BAD_ADDRESS' }));
  });

  test.each(['', 'localhost', '192.0.2', '192.0.2.256', '192.0.2.1/24', '2001:db8:::1', '1:2:3:4:5:6:7:8:9', ' ::1'])(
    '%j is ERR_GEO_BAD_ADDRESS',
    (text) => {
      expect(() => database.locateText(text)).toThrow(
        expect.objectContaining({ code: 'ERR_GEO_BAD_ADDRESS', message: `'${text}' is not an IP address` }),
      );
    },
  );

  test.each([
    ['2001:db8::1', 'FR'],
    ['2001:0DB8:0:0:0:0:0:1', 'FR'],
    ['2001:db8:1:2:3:4:5:6', 'FR'],
    ['2001:db8::192.0.2.1', 'FR'],
    ['2001:db8::%eth0', 'FR'],
    ['::192.0.2.1', 'DE'],
    ['::', undefined],
  ])('%s is read as an IPv6 address', (text, country) => {
    expect(database.locateText(text).country).toBe(country);
  });
});

describe('openDatabase', () => {
  test('the contents lie in shared memory, from which another GeoDatabase can be made', async () => {
    const database = await openDatabase(file('countries.mmdb', countries));
    expect(database.description).toBe('Countries (built 2026-01-01)');
    expect(database.octets.map((octets) => octets.buffer.constructor)).toEqual([SharedArrayBuffer]);
    expect(new GeoDatabase(database.octets).locateText('192.0.2.1')).toEqual(database.locateText('192.0.2.1'));
  });

  test('memory may be handed in, longer than needed', async () => {
    const slab = new SharedArrayBuffer(1 << 16);
    const database = await openDatabase(file('slab.mmdb', countries), { allocate: () => slab });
    expect(database.octets[0]?.buffer).toBe(slab);
    expect(database.locateText('2001:db8::7').country).toBe('FR');
  });

  const outside = Buffer.from(countries);
  outside.fill(0xff, 0, 7);

  // Nodes are followed by 16 octets that are no record.
  const between = writeMmdb([['192.0.2.0/24', { country_code: 'DE' }]], { recordSize: 24 });
  const nodeCount = between.readUIntBE(3, 3);
  between.writeUIntBE(nodeCount + 15, 0, 3);

  test.each([
    ['a file that is not there', undefined, 'ERR_GEO_FILE', "can't be read: ENOENT"],
    ['text', Buffer.from('no database'), 'ERR_GEO_BROKEN_DATABASE', 'not an MMDB file'],
    ['an empty file', Buffer.alloc(0), 'ERR_GEO_BROKEN_DATABASE', 'not an MMDB file'],
    ['the first half', countries.subarray(0, countries.length >> 1), 'ERR_GEO_BROKEN_DATABASE', 'not an MMDB file'],
    ['the second half', countries.subarray(countries.length >> 1), 'ERR_GEO_BROKEN_DATABASE', 'cut short'],
    ['a node that points out of the file', outside, 'ERR_GEO_BROKEN_DATABASE', 'node 0 of Countries points out of the file'],
    ['a node that points before the records', between, 'ERR_GEO_BROKEN_DATABASE', 'node 0 of Test points out of the file'],
    ['gzip', gzipSync(countries), 'ERR_GEO_BROKEN_DATABASE', 'packed by gzip: unpack it first'],
  ])('%s is an error that names the file', async (name, contents, code, text) => {
    const path = contents === undefined ? join(directory, 'missing.mmdb') : file(`${name.replaceAll(' ', '-')}.mmdb`, contents);
    const error = await openDatabase(path).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(GeoError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(`${path}`);
    expect((error as Error).message).toContain(text);
    expect((error as Error).message).not.toContain('\n');
  });
});

describe('combine', () => {
  const database = combine([new GeoDatabase([countries]), new GeoDatabase([networks])]);

  test('of each field the first that knows it, and the longest prefix', () => {
    expect(database.locateText('192.0.2.1')).toMatchObject({ country: 'DE', asn: 64496, prefixLength: 26 });
    expect(database.locateText('192.0.2.129')).toMatchObject({ country: 'DE', asn: 64497, latitude: 48.1, prefixLength: 30 });
    expect(database.locateText('192.0.2.65')).toMatchObject({ country: 'DE', asn: undefined, latitude: 51.03, prefixLength: 26 });
    expect(database.locateText('2001:db8::1')).toMatchObject({ country: 'FR', asn: undefined, prefixLength: 32 });
    expect(database.description).toBe('Countries (built 2026-01-01) + Networks (built 2026-01-01)');
  });

  test('of each fact the file that it comes from', () => {
    const sources = (...address: number[]) =>
      database.sourcesOf(Uint8Array.from(address)).map(({ databaseType, facts }) => [databaseType, ...facts]);
    expect(sources(192, 0, 2, 1)).toEqual([
      ['Countries', 'country'],
      ['Networks', 'asn'],
    ]);
    expect(sources(192, 0, 2, 129)).toEqual([
      ['Countries', 'country'],
      ['Networks', 'coordinates', 'asn'],
    ]);
    const mapped = [...new Uint8Array(10), 255, 255, 192, 0, 2, 1];
    expect(sources(...mapped)).toEqual(sources(192, 0, 2, 1));
    expect(sources(10, 0, 0, 1)).toEqual([['Countries'], ['Networks']]);
    expect(database.sourcesOf(new Uint8Array(4))[0]?.builtAt).toEqual(new Date('2026-01-01T00:00:00Z'));
    expect(() => sources(1, 2, 3)).toThrow(expect.objectContaining({ code: 'ERR_GEO_BAD_ADDRESS' }));
  });

  test('the same records and prefix are the same object', () => {
    expect(database.locateText('192.0.2.2')).toBe(database.locateText('192.0.2.63'));
    expect(database.locateText('192.0.2.2')).not.toBe(database.locateText('192.0.2.65'));
  });

  test('what it says never changes, and it says so: who remembers locations may go on', () => {
    expect(database.generation()).toBe(database.generation());
  });

  test('of none is ERR_GEO_NO_DATABASE', () => {
    expect(() => combine([])).toThrow(expect.objectContaining({ code: 'ERR_GEO_NO_DATABASE' }));
  });
});
