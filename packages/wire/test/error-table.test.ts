import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WIRE_ERROR_CODES } from '../src/errors.ts';

test("the README's table has exactly the codes of WireError", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const codes = [...readme.matchAll(/^\| `(ERR_\w+)` \|/gm)].map(([, code]) => code);
  expect(codes).toEqual([...WIRE_ERROR_CODES]);
});
