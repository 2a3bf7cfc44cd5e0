import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'DSYNC',
  good: [
    {
      source: 'BIND 9.18; RFC 9859 2.1',
      text: 'CDS NOTIFY 5359 cds-scanner.example.net.',
      hex: '003b0114ef0b6364732d7363616e6e6572076578616d706c65036e657400',
      object: Buffer.from('003b0114ef0b6364732d7363616e6e6572076578616d706c65036e657400', 'hex'),
    },
    {
      source: 'RFC 9859 2.2: a scheme by number',
      text: 'CSYNC 128 443 Reg.example.',
      hex: '003e8001bb03526567076578616d706c6500',
      object: Buffer.from('003e8001bb03526567076578616d706c6500', 'hex'),
    },
    {
      source: 'RFC 9859 2.1: NOTIFY by number, a type without mnemonic',
      text: 'TYPE1234 1 53 .',
      formatted: 'TYPE1234 NOTIFY 53 .',
      hex: '04d201003500',
      object: Buffer.from('04d201003500', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'NOSUCH NOTIFY 53 a.', tokenIndex: 0 },
    { text: 'CDS PUSH 53 a.', tokenIndex: 1 },
    { text: 'CDS 256 53 a.', tokenIndex: 1 },
    { text: 'CDS NOTIFY 65536 a.', tokenIndex: 2 },
    { text: 'CDS NOTIFY 53', tokenIndex: 3 },
    { text: 'CDS NOTIFY 53 a..b.', tokenIndex: 3 },
  ],
  badHex: ['', '003b010035', '003b0100350161', '003b010035016100ff', '003b010035c00c'],
};
