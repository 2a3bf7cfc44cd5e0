import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'RESINFO',
  good: [
    {
      source: 'RFC 9606',
      text: 'qnamemin exterr=15-17 infourl=https://resolver.example.com/guide',
      formatted: '"qnamemin" "exterr=15-17" "infourl=https://resolver.example.com/guide"',
      hex: '08716e616d656d696e0c6578746572723d31352d31372a696e666f75726c3d68747470733a2f2f7265736f6c7665722e6578616d706c652e636f6d2f6775696465',
      object: [Buffer.from('qnamemin'), Buffer.from('exterr=15-17'), Buffer.from('infourl=https://resolver.example.com/guide')],
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: `a ${'x'.repeat(256)}`, tokenIndex: 1 },
  ],
  badHex: ['', '01', '016102'],
};
