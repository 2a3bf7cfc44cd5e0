import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'CNAME',
  good: [
    { source: 'RFC 1035 3.3.1', text: 'Host.Example.', hex: '04486f7374074578616d706c6500', object: 'Host.Example' },
    { source: 'BIND 9.18', text: 'a\\.b\\000\\"\\(.example.', hex: '06612e62002228076578616d706c6500', object: 'a\\.b\\000\\"\\(.example' },
    { source: 'RFC 2181 11: any octet may stand in a label', text: '\\255\\032.', hex: '02ff2000', object: '\\255\\032' },
    { source: 'BIND 9.18', text: '*.example.', hex: '012a076578616d706c6500', object: '*.example' },
    { source: 'BIND 9.18', text: '.', hex: '00', object: '.' },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'a..example.', tokenIndex: 0 },
    { text: '.example.', tokenIndex: 0 },
    { text: 'a\\256.example.', tokenIndex: 0 },
    { text: `${'a'.repeat(64)}.example.`, tokenIndex: 0 },
    { text: `${'a.'.repeat(128)}`, tokenIndex: 0 },
    { text: 'a.example. b', tokenIndex: 1 },
  ],
  badHex: ['', '0161', '016100ff', 'c00c', '40', '0161c00c'],
  canonical: [{ from: '04486f7374074578616d706c6500', to: '04686f7374076578616d706c6500' }],
};
