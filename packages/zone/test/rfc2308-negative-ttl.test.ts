import { expect, test } from 'vitest';
import { parseZoneText } from '../src/index.ts';

test.each([
  [3600, 300, 300],
  [60, 300, 60],
  [60, 0xffffffff, 60],
  [0, 300, 0],
])('RFC 2308 5: SOA TTL %i and MINIMUM %i give a negative TTL of %i', (ttl, minimum, expected) => {
  const image = parseZoneText(`@ ${ttl} SOA a. b. 4294967295 2 3 4 ${minimum}\n@ 60 NS a.`, { origin: 'example.' }).build();
  expect(image).toMatchObject({ soaTtlSeconds: ttl, negativeTtlSeconds: expected, serial: 4294967295 });
});
