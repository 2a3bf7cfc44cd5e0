import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AUTHORITY_ERROR_CODES, CHOSEN } from '../src/index.ts';
import { plainExample, signedExample, steerExample } from './zones.ts';

test('the README has a row for each code, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(ERR_[A-Z_]+)` \|/gm)].map((row) => row[1]);
  expect(rows.sort()).toEqual([...AUTHORITY_ERROR_CODES].sort());
});

test('a dynamic owner without a chooser is an error that names it', () => {
  expect(() => plainExample(steerExample)).toThrow(
    expect.objectContaining({ code: 'ERR_AUTHORITY_CHOOSER_MISSING', message: expect.stringContaining('*.cdn.example.') }),
  );
});

test('a dynamic owner in a signed zone without a signer is an error that names it', () => {
  expect(() => signedExample(steerExample, { dynamic: { choose: () => CHOSEN } })).toThrow(
    expect.objectContaining({ code: 'ERR_AUTHORITY_SIGNER_MISSING', message: expect.stringContaining('*.cdn.example.') }),
  );
});

test('a zone without dynamic owners needs neither', () => {
  expect(() => signedExample()).not.toThrow();
});
