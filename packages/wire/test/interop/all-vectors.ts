import { readdirSync } from 'node:fs';
import type { Vectors } from '../vector.ts';

const files = readdirSync(new URL('../vectors', import.meta.url)).map((file) => file.replace('.ts', ''));

/** Every file of vectors. */
export const allVectors: readonly Vectors[] = await Promise.all(
  files.map(async (file) => ((await import(`../vectors/${file}.ts`)) as { vectors: Vectors }).vectors),
);
