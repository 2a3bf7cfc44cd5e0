import type { Vectors } from '../vector.ts';

const sha384 = '72D7B62976CE06438E9C0BF319013CF801F09ECC84B8D7E9495F27E305C6A9B0563A9B5F4D288405C3008A946DF983D6';

export const vectors: Vectors = {
  type: 'DS',
  good: [
    {
      source: 'RFC 4034 5.4',
      text: '60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118',
      formatted: '60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118',
      hex: 'ec4505012bb183af5f22588179a53b0a98631fad1a292118',
      object: { keyTag: 60485, algorithm: 5, digestType: 1, digest: Buffer.from('2bb183af5f22588179a53b0a98631fad1a292118', 'hex') },
    },
    {
      source: 'RFC 6605 6.1',
      text: '55648 ECDSAP256SHA256 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17',
      formatted: '55648 13 2 B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17',
      hex: 'd9600d02b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17',
      object: {
        keyTag: 55648,
        algorithm: 13,
        digestType: 2,
        digest: Buffer.from('b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17', 'hex'),
      },
    },
    {
      source: 'RFC 6605 6.2: SHA-384',
      text: `10771 14 4 ${sha384}`,
      hex: `2a130e04${sha384.toLowerCase()}`,
      object: { keyTag: 10771, algorithm: 14, digestType: 4, digest: Buffer.from(sha384, 'hex') },
    },
    {
      source: 'BIND 9.18: a digest type to come, of any length',
      text: '1 13 9 AABB',
      hex: '00010d09aabb',
      object: { keyTag: 1, algorithm: 13, digestType: 9, digest: Buffer.from('aabb', 'hex') },
    },
  ],
  badText: [
    { text: '60485 5 1', tokenIndex: 3 },
    { text: '60485 NOSUCHALGORITHM 1 00', tokenIndex: 1 },
    { text: '60485 5 9 ABC', tokenIndex: 3 },
    { text: '60485 5 9 AB CX', tokenIndex: 4 },
    { text: '65536 5 9 AB', tokenIndex: 0 },
    // A digest of another length than its type has (RFC 4034 5.1.4, RFC 4509 2.1).
    { text: '60485 5 1 AB', tokenIndex: 3 },
    { text: '60485 5 2 2BB183AF5F22588179A53B0A98631FAD1A292118', tokenIndex: 3 },
  ],
  badHex: ['', 'ec4505', 'ec450501', 'ec450501ab', 'ec4505022bb183af5f22588179a53b0a98631fad1a292118', 'ec45050a'],
};
