import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'NSAP-PTR',
  good: [
    {
      source: 'BIND 9.18',
      text: 'Foo.Example.',
      hex: '03466f6f074578616d706c6500',
      object: 'Foo.Example',
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'a. b.', tokenIndex: 1 },
  ],
  badHex: ['', '0161', 'c00c', '0000'],
};
