import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GEO_CODES } from '../src/errors.ts';

test('the README lists exactly the codes that there are', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/^\| `(ERR_GEO_[A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual([...GEO_CODES].sort());
});
