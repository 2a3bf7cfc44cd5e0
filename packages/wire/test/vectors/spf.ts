import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'SPF',
  good: [
    {
      source: 'RFC 4408 3.1.1',
      text: '"v=spf1 +mx a:colo.example.com/28 -all"',
      hex: '25763d73706631202b6d7820613a636f6c6f2e6578616d706c652e636f6d2f3238202d616c6c',
      object: [Buffer.from('v=spf1 +mx a:colo.example.com/28 -all')],
    },
    {
      source: 'BIND 9.18',
      text: 'a ""',
      formatted: '"a" ""',
      hex: '016100',
      object: [Buffer.from('a'), Buffer.from('')],
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: `a ${'x'.repeat(256)}`, tokenIndex: 1 },
  ],
  badHex: ['', '01', '016102'],
};
