import { Reader, type Response } from 'maxmind';
import { bench, describe } from 'vitest';
import { openDatabase } from '../src/index.ts';

// 1024 addresses of all over IPv4, the same ones for all rows; the cache is warm after the first round.
const COUNT = 1024;
const database = await openDatabase();
const maxmind = new Reader<Response>(Buffer.from(database.octets[0]!), { cache: new Map() as never });
const octets = Array.from({ length: COUNT }, (_, i) =>
  Uint8Array.of(((i * 2654435761) >>> 24) % 224, (i * 40503) & 0xff, (i * 7919) & 0xff, i & 0xff),
);
const texts = octets.map((address) => address.join('.'));

describe(`${COUNT} IPv4 addresses`, () => {
  bench('locate', () => {
    for (const address of octets) database.locate(address);
  });
  bench('locateText', () => {
    for (const address of texts) database.locateText(address);
  });
  bench('maxmind', () => {
    for (const address of texts) maxmind.getWithPrefixLength(address);
  });
});
