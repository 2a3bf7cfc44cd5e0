import { bench, describe } from 'vitest';
import { kinds } from './kinds.mjs';

// npx tsc -b packages/dnsteer && npx vitest bench --run --project unit packages/dnsteer
// Garbage, profiles and steadier figures: path.mjs.
const all = await kinds();

describe('a thousand queries, from octets to octets', () => {
  for (const [name, kind] of all) {
    bench(name, () => {
      for (let i = 0; i < 1000; i++) kind(i);
    });
  }
});
