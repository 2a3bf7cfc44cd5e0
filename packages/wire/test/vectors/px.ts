import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'PX',
  good: [
    {
      source: 'RFC 2163 4',
      text: '10 net2.it. PRMD-net2.ADMD-p400.C-it.',
      hex: '000a046e657432026974000950524d442d6e6574320941444d442d7034303004432d697400',
      object: Buffer.from('000a046e657432026974000950524d442d6e6574320941444d442d7034303004432d697400', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '65535 Foo. .',
      hex: 'ffff03466f6f0000',
      object: Buffer.from('ffff03466f6f0000', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '65536 a. b.', tokenIndex: 0 },
    { text: '1', tokenIndex: 1 },
    { text: '1 a.', tokenIndex: 2 },
    { text: '1 a. b. c.', tokenIndex: 3 },
  ],
  badHex: ['', '0001', '000100', '00010161', '0001000161', '0001000000'],
  canonical: [{ from: '0001014100014200', to: '0001016100016200' }],
};
