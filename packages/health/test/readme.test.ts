import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HEALTH_ERROR_CODES } from '../src/errors.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README tells of every error code, and of no other', () => {
  const told = Array.from(readme.matchAll(/^\| `(ERR_\w+)` \|/gm), ([, code]) => code);
  expect(told.sort()).toEqual([...HEALTH_ERROR_CODES].sort());
});
