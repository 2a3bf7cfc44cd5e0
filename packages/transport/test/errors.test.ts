import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listenError, TRANSPORT_CODES } from '../src/errors.ts';

const systemError = (code: string) => Object.assign(new Error(`bind ${code}`), { code });

test.each([
  [
    'EADDRINUSE',
    'ERR_TRANSPORT_PORT_IN_USE',
    /^UDP port 53 on 127\.0\.0\.1 is taken: stop .*'ss -ulpn sport = :53'.* or choose another port$/,
  ],
  [
    'EACCES',
    'ERR_TRANSPORT_NEEDS_RIGHTS',
    /^UDP port 53 on 127\.0\.0\.1 needs rights .*: run it as root or with CAP_NET_BIND_SERVICE, or choose a port from 1024 up$/,
  ],
  [
    'EADDRNOTAVAIL',
    'ERR_TRANSPORT_NO_SUCH_ADDRESS',
    /^127\.0\.0\.1 is not an address of this machine: choose one that is \(.*127\.0\.0\.1.*, or 0\.0\.0\.0 for all\)$/,
  ],
  ['EMFILE', 'ERR_TRANSPORT_LISTEN', /^UDP port 53 on 127\.0\.0\.1 can't be opened: bind EMFILE$/],
])('%s becomes %s, one line that says what to do', (system, code, text) => {
  const error = listenError(systemError(system), 'UDP', '127.0.0.1', 53);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(text);
  expect(error.message).not.toContain('\n');
  expect(error.cause).toMatchObject({ code: system });
});

test('the README lists exactly the codes that there are', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/^\| `(ERR_TRANSPORT_[A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual([...TRANSPORT_CODES].sort());
});
