import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DNSSEC_ERROR_CODES } from '../src/index.ts';

test("the README's table has exactly the codes of DnssecError", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const codes = [...readme.matchAll(/^\| `(ERR_\w+)` \|/gm)].map(([, code]) => code);
  expect(codes).toEqual([...DNSSEC_ERROR_CODES]);
});
