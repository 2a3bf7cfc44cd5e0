import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MIDDLEWARE_ERROR_CODES } from '../src/errors.ts';
import { nsid } from '../src/index.ts';
import { ask } from './ask.ts';

test('RFC 5001 2.2: to those who ask, and to nobody else', () => {
  const option = `00030003${Buffer.from('ns1').toString('hex')}`;
  expect(ask([nsid('ns1')], '0003 0000').toString('hex')).toContain(option);
  expect(ask([nsid('ns1')], '').toString('hex')).not.toContain(option);
});

test.each(['', 'x'.repeat(129)])('an identifier of the wrong length is an error with a code', (text) => {
  expect(() => nsid(text)).toThrow(expect.objectContaining({ code: 'ERR_MIDDLEWARE_NSID' }));
});

test('the README lists every error code, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/^\| `(ERR_MIDDLEWARE_[A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual([...MIDDLEWARE_ERROR_CODES].sort());
});
