import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'SRV',
  good: [
    {
      source: 'BIND 9.18',
      text: '0 5 5060 sipserver.example.com.',
      hex: '0000000513c409736970736572766572076578616d706c6503636f6d00',
      object: { priority: 0, weight: 5, port: 5060, target: 'sipserver.example.com' },
    },
    {
      source: 'RFC 2782: "." is no service',
      text: '1 2 3 .',
      hex: '00010002000300',
      object: { priority: 1, weight: 2, port: 3, target: '.' },
    },
  ],
  badText: [
    { text: '0 5 5060', tokenIndex: 3 },
    { text: '0 5 65536 a.', tokenIndex: 2 },
    { text: '0 x 1 a.', tokenIndex: 1 },
  ],
  badHex: ['', '0000000513', '0000000513c4', '000000000000c00c'],
  canonical: [{ from: '0000000000010141 00', to: '000000000001016100' }],
};
