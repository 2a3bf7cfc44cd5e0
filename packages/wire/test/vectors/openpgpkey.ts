import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'OPENPGPKEY',
  good: [
    {
      source: 'BIND 9.18',
      text: 'mQENBFVoR2kBCADM',
      hex: '99010d0455684769010800cc',
      object: Buffer.from('99010d0455684769010800cc', 'hex'),
    },
    {
      source: 'RFC 7929 2.3: in words',
      text: 'mQEN BFVoR2kB CADM',
      formatted: 'mQENBFVoR2kBCADM',
      hex: '99010d0455684769010800cc',
      object: Buffer.from('99010d0455684769010800cc', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'mQE', tokenIndex: 0 },
    { text: '?', tokenIndex: 0 },
  ],
  badHex: [''],
};
