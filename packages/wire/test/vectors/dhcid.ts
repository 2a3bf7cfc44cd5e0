import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'DHCID',
  good: [
    {
      source: 'RFC 4701 3.6.1',
      text: 'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
      hex: '000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40',
      object: Buffer.from('000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40', 'hex'),
    },
    {
      source: 'RFC 4701 3.6.2',
      text: 'AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No=',
      hex: '0001013920fe5d1dceb3fd0ba3379756a70d73b17009f41d58bddbfcd6a2503956d8da',
      object: Buffer.from('0001013920fe5d1dceb3fd0ba3379756a70d73b17009f41d58bddbfcd6a2503956d8da', 'hex'),
    },
    {
      source: 'RFC 4701 3.6.3, in words',
      text: 'AAABxLmlskllE0MVjd57zHcW mEH3pCQ6VytcKD//7es/deY=',
      formatted: 'AAABxLmlskllE0MVjd57zHcWmEH3pCQ6VytcKD//7es/deY=',
      hex: '000001c4b9a5b249651343158dde7bcc77169841f7a4243a572b5c283fffedeb3f75e6',
      object: Buffer.from('000001c4b9a5b249651343158dde7bcc77169841f7a4243a572b5c283fffedeb3f75e6', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'AAI', tokenIndex: 0 },
    { text: 'AAIB?A==', tokenIndex: 0 },
    { text: 'AAIB', tokenIndex: 0, notInBind: 'RFC 4701 3.1: identifier type, digest type, and a digest' },
  ],
  badHex: ['', '000201'],
};
