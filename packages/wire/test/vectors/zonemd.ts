import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'ZONEMD',
  good: [
    {
      source: 'RFC 8976 A.1',
      text: '2018031900 1 1 c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3 a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
      formatted: '2018031900 1 1 C68090D90A7AED716BC459F9340E3D7C1370D4D24B7E2FC3A1DDC0B9A87153B9A9713B3C9AE5CC27777F98B8E730044C',
      hex: '7848b91c0101c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
      object: Buffer.from(
        '7848b91c0101c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
        'hex',
      ),
    },
    {
      source: 'BIND 9.18: SHA-512',
      text: '1 1 2 5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A',
      hex: '0000000101025a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
      object: Buffer.from(
        '0000000101025a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
        'hex',
      ),
    },
    {
      source: 'RFC 8976 2.2.4: a private hash, the shortest digest',
      text: '1 240 241 000102030405060708090A0B',
      hex: '00000001f0f1000102030405060708090a0b',
      object: Buffer.from('00000001f0f1000102030405060708090a0b', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '1 1 1', tokenIndex: 3 },
    { text: '1 1 1 8090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c', tokenIndex: 3 },
    { text: '1 1 2 c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c', tokenIndex: 3 },
    { text: '1 240 241 000102030405060708090a', tokenIndex: 3 },
    { text: '1 256 1 c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c', tokenIndex: 1 },
    {
      text: '4294967296 1 1 c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
      tokenIndex: 0,
    },
  ],
  badHex: [
    '',
    '000000010101',
    '0000000101018090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
    '000000010102c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
    '0000000101f10000000000000000000000',
  ],
};
