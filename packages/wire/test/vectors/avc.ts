import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'AVC',
  good: [
    {
      source: 'BIND 9.18',
      text: '"app-name:WOLFGANG|app-class:OAM|business=yes"',
      hex: '2c6170702d6e616d653a574f4c4647414e477c6170702d636c6173733a4f414d7c627573696e6573733d796573',
      object: [Buffer.from('app-name:WOLFGANG|app-class:OAM|business=yes')],
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: `a ${'x'.repeat(256)}`, tokenIndex: 1 },
  ],
  badHex: ['', '01', '016102'],
};
