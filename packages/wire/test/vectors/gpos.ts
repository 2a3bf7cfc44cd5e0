import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'GPOS',
  good: [
    {
      source: 'RFC 1712 4',
      text: '-32.6882 116.8652 10.0',
      formatted: '"-32.6882" "116.8652" "10.0"',
      hex: '082d33322e36383832083131362e383635320431302e30',
      object: Buffer.from('082d33322e36383832083131362e383635320431302e30', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '"+180" "-180.0" ".5"',
      hex: '042b313830062d3138302e30022e35',
      object: Buffer.from('042b313830062d3138302e30022e35', 'hex'),
    },
    {
      source: 'RFC 3597 5: what are no numbers has no other text',
      text: '\\# 6 016101620163',
      hex: '016101620163',
      object: Buffer.from('016101620163', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '1', tokenIndex: 1 },
    { text: '1 2', tokenIndex: 2 },
    { text: '1 2 3 4', tokenIndex: 3 },
    { text: 'north 2 3', tokenIndex: 0, notInBind: 'takes any text' },
    { text: '1 180.1 3', tokenIndex: 1, notInBind: 'takes any text' },
    { text: '1 2 3m', tokenIndex: 2, notInBind: 'takes any text' },
    { text: '1 "" 3', tokenIndex: 1, notInBind: 'takes any text' },
  ],
  badHex: ['', '00', '0000', '0161016202', '00000000'],
};
