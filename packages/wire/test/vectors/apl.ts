import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'APL',
  good: [
    {
      source: 'RFC 3123 6',
      text: '1:192.168.32.0/21 !1:192.168.38.0/28',
      hex: '00011503c0a82000011c83c0a826',
      object: Buffer.from('00011503c0a82000011c83c0a826', 'hex'),
    },
    {
      source: 'RFC 3123 6',
      text: '1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8',
      formatted: '1:224.0.0.0/4 2:ff00::/8',
      hex: '00010401e000020801ff',
      object: Buffer.from('00010401e000020801ff', 'hex'),
    },
    {
      source: 'RFC 3123 4: no items',
      text: '',
      hex: '',
      object: Buffer.from('', 'hex'),
    },
    {
      source: 'BIND 9.18; addresses without octets',
      text: '1:0.0.0.0/0 !2:::/0',
      hex: '0001000000020080',
      object: Buffer.from('0001000000020080', 'hex'),
    },
    {
      source: 'BIND 9.18; bits behind the prefix',
      text: '1:192.0.2.1/8 2:2001:db8::1/128',
      hex: `00010804c00002010002801020010db8${'0'.repeat(23)}1`,
      object: Buffer.from(`00010804c00002010002801020010db8${'0'.repeat(23)}1`, 'hex'),
    },
    {
      source: 'RFC 3597 5: another address family has no other text',
      text: '\\# 6 0003080200AA',
      hex: '0003080200aa',
      object: Buffer.from('0003080200aa', 'hex'),
    },
  ],
  badText: [
    { text: '1:192.0.2.0/33 1:192.0.2.0/24', tokenIndex: 0 },
    { text: '192.0.2.0/24', tokenIndex: 0 },
    { text: '1:192.0.2.0', tokenIndex: 0 },
    { text: '1:192.0.2.0/24 3:aa/8', tokenIndex: 1 },
    { text: '1:192.0.2/24', tokenIndex: 0 },
    { text: '1:192.0.2.0/33', tokenIndex: 0 },
    { text: '2:2001:db8::/129', tokenIndex: 0 },
    { text: '2:192.0.2.0/24', tokenIndex: 0 },
    { text: '!!1:192.0.2.0/24', tokenIndex: 0 },
    { text: '1:/0', tokenIndex: 0 },
    { text: '65537:192.0.2.0/24', tokenIndex: 0 },
  ],
  badHex: [
    '00',
    '000108',
    '00010801',
    '00012101c0',
    '00010805c0a8010101',
    '000110020100',
    '000110020100ff',
    '0002810120',
    '000208112020202020202020202020202020202020',
    '0003080200',
  ],
};
