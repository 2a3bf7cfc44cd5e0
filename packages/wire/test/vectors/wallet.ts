import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'WALLET',
  good: [
    {
      source: 'BIND 9.18',
      text: '"BTC" "1A1zP1"',
      hex: '03425443063141317a5031',
      object: [Buffer.from('BTC'), Buffer.from('1A1zP1')],
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: `a ${'x'.repeat(256)}`, tokenIndex: 1 },
  ],
  badHex: ['', '01', '016102'],
};
