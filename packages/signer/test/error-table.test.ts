import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SIGNER_ERROR_CODES } from '../src/index.ts';

test("the README's table has exactly the codes of SignerError", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const codes = [...readme.matchAll(/^\| `(ERR_\w+)` \|/gm)].map(([, code]) => code);
  expect(codes).toEqual([...SIGNER_ERROR_CODES]);
});
