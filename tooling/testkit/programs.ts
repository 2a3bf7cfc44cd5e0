import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

// Debian keeps servers in /usr/sbin, which an ordinary user's PATH lacks.
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Path of `program` on this machine, or undefined. */
export function findProgram(program: string): string | undefined {
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return undefined;
}

/** Whether `program` ('dig', 'named', ...) is on this machine. */
export function has(program: string): boolean {
  return findProgram(program) !== undefined;
}

/** Every program that `needing` may be asked for. `.ci/run` installs all of them; `tooling/test` compares the two lists. */
export const PROGRAMS = [
  'dig',
  'delv',
  'named',
  'dnssec-verify',
  'dnssec-signzone',
  'named-checkzone',
  'knotd',
  'kdig',
  'nsd',
  'unbound',
  'gdnsd',
  'pdns_server',
  'pdnsutil',
  'ldns-verify-zone',
  'dnsperf',
  'ss',
] as const;
export type Program = (typeof PROGRAMS)[number];

/**
 * A `describe` for tests that drive other people's programs.
 *
 * With all of `programs` on the machine it is `describe(name, body)`. Otherwise the tests are left out, and `npm test` names the missing programs
 * in its one line of what was left out; under `CI=true` a missing program is a failed test instead.
 */
export function needing(programs: readonly Program[], name: string, body: () => void): void {
  const missing = programs.filter((program) => !has(program));
  if (missing.length === 0) {
    describe(name, body);
  } else if (process.env['CI'] === 'true') {
    test(`${name}: needs ${missing.join(', ')}`, () => {
      throw new Error(
        `not on this machine: ${missing.join(', ')}. With CI=true nothing may be left out; .ci/run installs the Debian packages.`,
      );
    });
  } else {
    describe.runIf(false)(`${name} [needs ${missing.join(', ')}]`, body);
  }
}
