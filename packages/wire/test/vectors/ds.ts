import type { Vectors } from '../vector.ts';

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
  ],
  badText: [
    { text: '60485 5 1', tokenIndex: 3 },
    { text: '60485 NOSUCHALGORITHM 1 00', tokenIndex: 1 },
    { text: '60485 5 1 ABC', tokenIndex: 3 },
    { text: '60485 5 1 AB CX', tokenIndex: 4 },
    { text: '65536 5 1 AB', tokenIndex: 0 },
  ],
  badHex: ['', 'ec4505', 'ec450501'],
};
