import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'AMTRELAY',
  good: [
    {
      source: 'RFC 8777 4.3.1',
      text: '10 0 1 203.0.113.15',
      hex: '0a01cb00710f',
      object: Buffer.from('0a01cb00710f', 'hex'),
    },
    {
      source: 'RFC 8777 4.3.1: IPv6',
      text: '10 0 2 2001:db8::15',
      hex: '0a0220010db8000000000000000000000015',
      object: Buffer.from('0a0220010db8000000000000000000000015', 'hex'),
    },
    {
      source: 'RFC 8777 4.3.1: a name',
      text: '128 1 3 amtRelays.example.com.',
      hex: '808309616d7452656c617973076578616d706c6503636f6d00',
      object: Buffer.from('808309616d7452656c617973076578616d706c6503636f6d00', 'hex'),
    },
    {
      source: 'RFC 8777 4.3.1: no relay',
      text: '10 0 0 .',
      hex: '0a00',
      object: Buffer.from('0a00', 'hex'),
    },
    {
      source: 'BIND 9.18: a relay of a type to come',
      text: '\\# 4 0A84AAAA',
      hex: '0a84aaaa',
      object: Buffer.from('0a84aaaa', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '10 2 1 203.0.113.15', tokenIndex: 1 },
    { text: '10 0 4 203.0.113.15', tokenIndex: 2 },
    { text: '10 0 0 relay.', tokenIndex: 3 },
    { text: '10 0 0', tokenIndex: 3 },
    { text: '10 0 1 2001:db8::15', tokenIndex: 3 },
    { text: '10 0 2 203.0.113.15', tokenIndex: 3 },
    { text: '256 0 0 .', tokenIndex: 0 },
  ],
  badHex: ['', '0a', '0a00aa', '0a01cb0071', '0a01cb00710f00', '0a0220010db8', '0a030161', '0a03c00c'],
};
