import type { Vectors } from '../vector.ts';
import { vectors as svcb } from './svcb.ts';

/** RFC 9460 9: the form of SVCB. */
export const vectors: Vectors = { ...svcb, type: 'HTTPS' };
