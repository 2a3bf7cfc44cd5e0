import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'URI',
  good: [
    {
      source: 'RFC 7553 4',
      text: '10 1 "ftp://ftp1.example.com/public"',
      hex: '000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963',
      object: Buffer.from('000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963', 'hex'),
    },
    {
      source: 'BIND 9.18; RFC 7553 4.4: as long as RDATA lets it be',
      text: `0 65535 "${'x'.repeat(300)}"`,
      hex: `0000ffff${'78'.repeat(300)}`,
      object: Buffer.from(`0000ffff${'78'.repeat(300)}`, 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '1 1 "a\\"\\\\\\255"',
      hex: '0001000161225cff',
      object: Buffer.from('0001000161225cff', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '65536 1 "a"', tokenIndex: 0 },
    { text: '1 65536 "a"', tokenIndex: 1 },
    { text: '1 1', tokenIndex: 2 },
    { text: '1 1 ""', tokenIndex: 2, notInBind: 'takes an empty target' },
    { text: '1 1 "a" "b"', tokenIndex: 3 },
  ],
  badHex: ['', '00010001', '000100'],
};
