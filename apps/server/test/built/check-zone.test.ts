import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDnsteer, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { CLI } from './harness.ts';

const ZONE = '$TTL 300\n@ SOA ns hostmaster 1 3600 600 1209600 300\n@ NS ns\nns A 192.0.2.53\n@ MX 1 mail\n@ MX 1 mx\n';

let server: Server;
beforeAll(async () => {
  server = await startDnsteer({
    config: ({ port }) => `server: { listen: ["127.0.0.1:${port}"] }
pools: { eu: { endpoints: [{ name: a, addresses: [192.0.2.1] }] } }
policies: { web: { pools: [eu], chain: [up] } }
zones: { example.com: { file: example.com.zone, steer: { mx: web }, dnssec: {} } }
`,
    files: { 'example.com.zone': ZONE },
    zone: 'example.com',
  });
});
afterAll(() => server?.stop());

interface LogLine {
  level: number;
  code?: string;
}

const warnings = () =>
  server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ code }) => code?.startsWith('WARN_ZONE_'));

test('serve logs what is likely not meant, at the start and at each reload, and serves the zone', async () => {
  const file = join(server.directory, 'example.com.zone');
  const warning = {
    level: 40,
    zone: 'example.com.',
    code: 'WARN_ZONE_ADDRESS_MISSING',
    file,
    line: 5,
    column: 8,
    owner: 'example.com.',
    msg: `${file}:5:8: expected an A or AAAA record of mail.example.com., which MX names, found none [WARN_ZONE_ADDRESS_MISSING]`,
  };
  // mx has no address in the file, but a policy has some for it.
  expect(warnings()).toEqual([expect.objectContaining(warning)]);
  expect((await runDnsteer(['reload'], { cwd: server.directory })).code).toBe(0);
  expect(warnings()).toHaveLength(2);
  await writeFile(file, ZONE.replace('mail', 'ns'));
  expect((await runDnsteer(['reload'], { cwd: server.directory })).code).toBe(0);
  expect(warnings()).toHaveLength(2);
});

test('check says the same, with exit code 0', async () => {
  await writeFile(join(server.directory, 'example.com.zone'), ZONE);
  const { code, stdout, stderr } = await runDnsteer(['check'], { cwd: server.directory });
  expect([code, stdout]).toEqual([
    0,
    './dnsteer.yaml: 1 zone (example.com.), 1 pool, 1 policy: fine\n  mx.example.com. by web: 1 variant of A\n',
  ]);
  expect(stderr).toMatch(
    /^warning: .*example\.com\.zone:5:8: expected an A or AAAA record of mail\.example\.com\..*\[WARN_ZONE_ADDRESS_MISSING\]\n$/,
  );
});

test('check zone reads standard input and pipes', async () => {
  const { code, stdout, stderr } = await runDnsteer(['check', 'zone', '-', '--origin', 'example.com'], { input: `${ZONE}a A x\n` });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^<stdin>:5:8: warning: .*\n<stdin>:6:8: warning: .*\n<stdin>:7:5: error: .*\[ERR_ZONE_RDATA\]\nexample\.com\.: 1 error, 2 warnings\n$/,
  );

  const piped = await new Promise<string>((resolved) => {
    const script = `cat example.com.zone | { "$0" "$1" check zone /dev/stdin --origin example.com --json; }`;
    execFile('sh', ['-c', script, process.execPath, CLI], { cwd: server.directory }, (_error, out) => resolved(out));
  });
  expect(JSON.parse(piped)).toMatchObject({ zone: 'example.com.', serial: 1, records: 5, problems: [{ line: 5 }, { line: 6 }] });
});

test('a command that is not there is no file', async () => {
  expect(await runDnsteer(['check', 'zone'], {})).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/missing required argument 'file'/),
  });
});
