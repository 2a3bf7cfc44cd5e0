import { ALGORITHM, generateKey } from '@dnsteer/dnssec';
import { parseName, TYPE } from '@dnsteer/wire';
import { parseZoneText, type ZoneBuilder } from '@dnsteer/zone';
import { bench, describe } from 'vitest';
import { signZone } from '../src/index.ts';

const NAMES = 10_000;

function zoneOf10000Names(): ZoneBuilder {
  const zone = parseZoneText('@ 3600 SOA ns host 1 3600 600 86400 60\n@ 3600 NS ns\nns 3600 A 192.0.2.1\n', { origin: 'example.com.' });
  for (let i = 0; i < NAMES; i++) zone.add(parseName(`host${i}.example.com.`), TYPE.A, 300, Uint8Array.of(192, 0, 2, i));
  return zone;
}

describe(`a zone of ${NAMES} names`, () => {
  for (const [name, algorithm] of Object.entries(ALGORITHM)) {
    const key = generateKey(algorithm);
    bench(name, () => void signZone(zoneOf10000Names(), [key], { nowSeconds: 1_700_000_000 }), {
      iterations: 3,
      time: 0,
      warmupIterations: 1,
    });
  }
});
