import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'EUI64',
  good: [
    {
      source: 'RFC 7043 4.3',
      text: '00-00-5e-ef-10-00-00-2a',
      hex: '00005eef1000002a',
      object: Buffer.from('00005eef1000002a', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '00-00-5e-ef-10-00-00', tokenIndex: 0 },
    { text: '00-00-5e-ef-10-00-00-2a-00', tokenIndex: 0, notInBind: 'leaves out what is behind' },
    { text: '00-00-5e-ef-10-00-00-2a x', tokenIndex: 1 },
  ],
  badHex: ['', '00005eef100000', '00005eef1000002a00'],
};
