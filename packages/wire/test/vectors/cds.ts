import type { Vectors } from '../vector.ts';
import { vectors as ds } from './ds.ts';

/** RFC 7344 3.1: the form of DS. */
export const vectors: Vectors = {
  ...ds,
  type: 'CDS',
  good: [
    ...ds.good.map((vector) => ({ ...vector, object: Buffer.from(vector.hex, 'hex') })),
    { source: 'RFC 8078 4', text: '0 0 0 00', hex: '0000000000', object: Buffer.alloc(5) },
  ],
};
