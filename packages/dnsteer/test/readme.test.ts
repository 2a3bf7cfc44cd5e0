import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DNSTEER_ERROR_CODES } from '../src/errors.ts';

test('the README lists every error code, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/^\| `(ERR_[A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual([...DNSTEER_ERROR_CODES].sort());
});
