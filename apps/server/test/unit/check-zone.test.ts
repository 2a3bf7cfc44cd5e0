import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectZoneText } from '@dnsteer/zone';
import pc from 'picocolors';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { zoneOf } from '../../src/check-zone/origin.ts';
import { excerpt, problemLine, type ZoneReport } from '../../src/check-zone/report.ts';
import { type CheckZoneOptions, checkZoneFile } from '../../src/commands/check-zone.ts';

const ZONES = new URL('zones/', import.meta.url).pathname;
const PLAIN = pc.createColors(false);
const FINE = '@ 60 SOA ns hostmaster 7 3600 600 1209600 300\n@ 60 NS ns\nns 60 A 192.0.2.53\n';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnsteer-check-zone-'));
  vi.setSystemTime(Date.UTC(2026, 10, 22));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

/** What a run prints, and its exit code. */
function run(path: string, options: CheckZoneOptions = {}, terminalColumns?: number): { out: string; err: string; code: number } {
  const printed = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((printed.out += String(text))));
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((printed.err += String(text))));
  const { isTTY, columns } = process.stderr;
  Object.assign(process.stderr, { isTTY: terminalColumns !== undefined, columns: terminalColumns });
  const before = process.exitCode;
  try {
    process.exitCode = 0;
    checkZoneFile(path, options);
    return { ...printed, code: Number(process.exitCode) };
  } finally {
    process.exitCode = before;
    Object.assign(process.stderr, { isTTY, columns });
    out.mockRestore();
    err.mockRestore();
  }
}

function zoneFile(text: string, name = 'example.com.zone'): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('a file with thirty mistakes', () => {
  const path = join(ZONES, 'mistakes.example.zone');

  test('on a terminal: all of them, in the order of the file, with the line and a mark under the word', () => {
    const { out, err, code } = run(path, {}, 110);
    expect(err.replaceAll(ZONES, '')).toBe(readFileSync(join(ZONES, 'mistakes.example.txt'), 'utf8'));
    expect([out, code]).toEqual(['', 1]);
  });

  test('elsewhere: a line for each', () => {
    const { err } = run(path);
    const expected = readFileSync(join(ZONES, 'mistakes.example.txt'), 'utf8').split('\n');
    expect(err.replaceAll(ZONES, '').split('\n')).toEqual(expected.filter((line) => !/^ +\d* \| /.test(line)));
  });

  test('as JSON', () => {
    const { out, err, code } = run(path, { json: true });
    const report = JSON.parse(out) as ZoneReport;
    expect([err, code]).toEqual(['', 1]);
    expect(report).toMatchObject({ zone: 'mistakes.example.', records: 24 });
    expect(report.problems).toHaveLength(30);
    expect(report.problems.find(({ code }) => code === 'WARN_ZONE_TARGET_ALIAS')).toEqual({
      severity: 'warning',
      code: 'WARN_ZONE_TARGET_ALIAS',
      rfc: '2181 10.3',
      file: path,
      line: 11,
      column: 19,
      owner: 'mistakes.example.',
      message: 'expected NS to name a host with an address, found alias.mistakes.example., which has a CNAME',
    });
  });
});

describe('exit code', () => {
  test('0 when it is fine: one line with serial and counts', () => {
    expect(run(zoneFile(FINE))).toEqual({ out: 'example.com.: serial 7, 2 names, 3 records: fine\n', err: '', code: 0 });
    expect(JSON.parse(run(zoneFile(FINE), { json: true }).out)).toEqual({ zone: 'example.com.', serial: 7, records: 3, problems: [] });
    expect(run(zoneFile(FINE), { strict: true }).code).toBe(0);
  });

  test('0 with warnings, but 1 with --strict', () => {
    const path = zoneFile(`${FINE}@ 60 MX 1 mail\n`);
    const { out, err, code } = run(path);
    expect([out, code]).toEqual(['example.com.: serial 7, 2 names, 4 records: 1 warning\n', 0]);
    expect(err).toBe(
      `${path}:4:11: warning: expected an A or AAAA record of mail.example.com., which MX names, found none [WARN_ZONE_ADDRESS_MISSING]\n`,
    );
    expect(run(path, { strict: true }).code).toBe(1);
  });

  test('1 with errors', () => {
    const path = zoneFile('ns 60 A 192.0.2.53\n');
    expect(run(path)).toEqual({
      out: '',
      err: `${path}: error: expected an SOA record at the apex example.com., found none [ERR_ZONE_SOA_MISSING]
${path}: error: expected NS records at the apex example.com., found none [ERR_ZONE_NS_MISSING]
example.com.: 2 errors, 0 warnings
`,
      code: 1,
    });
    expect(JSON.parse(run(path, { json: true }).out)).toMatchObject({ serial: null, records: 1 });
  });

  test('1 for a file that is not there', () => {
    expect(run(join(directory, 'none.zone')).err).toMatch(
      /none\.zone: error: expected a file that can be read, found ENOENT.*\[ERR_ZONE_FILE\]/,
    );
  });
});

describe('the zone', () => {
  test('--origin comes first, and must be a name', () => {
    expect(run(zoneFile(FINE), { origin: 'example.net' }).out).toMatch(/^example\.net\.: /);
    expect(() => run(zoneFile(FINE), { origin: 'a..b' })).toThrow(/expected the name of a zone/);
  });

  test('has to be known', () => {
    expect(() => run(zoneFile(FINE, 'zonefile'))).toThrow(/--origin NAME/);
  });

  test.each([
    ['@ SOA a b 1 2 3 4 5', 'zones/example.com.zone', 'example.com'],
    ['@ SOA a b 1 2 3 4 5', 'db.example.com', 'example.com'],
    ['@ SOA a b 1 2 3 4 5', 'example.com.db.signed', 'example.com'],
    ['@ SOA a b 1 2 3 4 5', 'example.com', 'example.com'],
    ['@ SOA a b 1 2 3 4 5', 'com.zone', 'com'],
    ['@ SOA a b 1 2 3 4 5', 'zonefile', undefined],
    ['. 86400 IN SOA a. b. 1 2 3 4 5', 'root.zone', '.'],
    ['$ORIGIN Example.COM.\n@ SOA a b 1 2 3 4 5', 'zonefile', 'Example.COM.'],
    ['$ORIGIN com.\n$TTL 1h\nexample 1h IN SOA a b 1 2 3 4 5', 'zonefile', 'example.com.'],
    // As BIND's secondaries write it.
    ['$ORIGIN .\nexample.com 3600 IN SOA a b (\n 1 2 3 4 5 )', 'x.db', 'example.com.'],
    ['\ufeffexample.com. IN 1h30m SOA a. b. 1 2 3 4 5', 'x.zone', 'example.com.'],
    ['; a. SOA\nexample.com. SOA a. b. 1 2 3 4 5', 'x.zone', 'example.com.'],
    ['$ORIGIN com.\n$ORIGIN example\n@ SOA a b 1 2 3 4 5', 'zonefile', 'example.com.'],
    ['a TXT SOA\n$ORIGIN sub.example.com.\n@ A 192.0.2.1', 'example.com.zone', 'example.com'],
    ['$ORIGIN example.com.\nwww A 192.0.2.1', 'zonefile', 'example.com.'],
    ['$ORIGIN example.com.\nwww A 192.0.2.1', 'nosoa.zone', 'example.com.'],
  ])('%j in %s', (head, path, zone) => {
    expect(zoneOf(Buffer.from(head).toString('latin1'), path)).toBe(zone);
  });
});

describe('the line on a terminal', () => {
  /** The excerpt for the only problem of a line. */
  function shown(line: string, width = 80): string[] {
    const { problems, lines } = inspectZoneText(`${FINE}${line}\n`, { origin: 'example.com', file: 'x' });
    const [problem] = problems;
    return excerpt(problem!, lines.get(problem!)!, width, PLAIN).map((text) => text.slice(9));
  }

  test('tabs stay tabs, and octets are not characters', () => {
    expect(shown('\tA\tx')).toEqual(['\tA\tx', '\t \t^']);
    expect(shown('ü 60 A x')).toEqual(['ü 60 A x', '       ^']);
    expect(shown('a 60 TXT "a b" A "c d" \\')).toEqual(['a 60 TXT "a b" A "c d" \\', '                       ^']);
  });

  test('a long one is cut around the word', () => {
    const [text, mark] = shown(`a 60 TXT ${'"0123456789" '.repeat(30)}) end`, 60);
    expect(text!.length).toBeLessThan(60);
    expect(text![mark!.indexOf('^')]).toBe(')');
  });

  test('does nothing to the terminal, and neither does the message', () => {
    expect(shown('a 60 A \u001b[31mx\u202e')[0]).toBe('a 60 A \ufffd[31mx\ufffd');
    const { problems } = inspectZoneText(`${FINE}a 60 A \u001b[31mx\u202e`, { origin: 'example.com', file: 'x' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(problemLine(problems[0]!, PLAIN)).not.toMatch(/[\u001b\u202e]/);
  });

  test('colours are those of the severity', () => {
    const colors = pc.createColors(true);
    const line = (text: string) => {
      const { problems } = inspectZoneText(`${FINE}${text}`, { origin: 'example.com', file: 'x' });
      return problemLine(problems[0]!, colors);
    };
    expect(line('a 60 A x')).toContain(colors.red('error'));
    expect(line('@ 60 MX 1 x')).toContain(colors.yellow('warning'));
  });
});
