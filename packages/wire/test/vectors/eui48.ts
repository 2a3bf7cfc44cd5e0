import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'EUI48',
  good: [
    {
      source: 'RFC 7043 3.3',
      text: '00-00-5e-00-53-2a',
      hex: '00005e00532a',
      object: Buffer.from('00005e00532a', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '00-00-5E-00-53-2A',
      formatted: '00-00-5e-00-53-2a',
      hex: '00005e00532a',
      object: Buffer.from('00005e00532a', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '00-00-5e-00-53', tokenIndex: 0 },
    { text: '00-00-5e-00-53-2a-00', tokenIndex: 0, notInBind: 'leaves out what is behind' },
    { text: '00:00:5e:00:53:2a', tokenIndex: 0 },
    { text: '00-00-5e-00-53-2g', tokenIndex: 0, notInBind: 'leaves out what is behind' },
    { text: '0-00-5e-00-53-2a', tokenIndex: 0, notInBind: 'takes one digit' },
    { text: '00-00-5e-00-53-2a x', tokenIndex: 1 },
  ],
  badHex: ['', '00005e0053', '00005e00532a00'],
};
