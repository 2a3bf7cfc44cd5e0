import type { Vectors } from '../vector.ts';
import { vectors as ds } from './ds.ts';

/** The form of DS. */
export const vectors: Vectors = {
  ...ds,
  type: 'TA',
  good: [...ds.good.map((vector) => ({ ...vector, object: Buffer.from(vector.hex, 'hex') }))],
};
