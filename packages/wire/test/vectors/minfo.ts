import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'MINFO',
  good: [
    {
      source: 'BIND 9.18',
      text: 'Owner.Example. Errors.Example.',
      hex: '054f776e6572074578616d706c6500064572726f7273074578616d706c6500',
      object: Buffer.from('054f776e6572074578616d706c6500064572726f7273074578616d706c6500', 'hex'),
    },
    {
      source: 'RFC 1035 3.3.7: the root for none',
      text: '. .',
      hex: '0000',
      object: Buffer.from('0000', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'a.', tokenIndex: 1 },
    { text: 'a. b. c.', tokenIndex: 2 },
  ],
  badHex: ['', '00', '0161', '000161', '00c000', '000000'],
  canonical: [{ from: '014100014200', to: '016100016200' }],
};
