import type { Vectors } from '../vector.ts';
import { vectors as ds } from './ds.ts';

/** RFC 4431 2: the form of DS. */
export const vectors: Vectors = {
  ...ds,
  type: 'DLV',
  good: [...ds.good.map((vector) => ({ ...vector, object: Buffer.from(vector.hex, 'hex') }))],
};
