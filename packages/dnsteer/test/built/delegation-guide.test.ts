import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../../../tooling/testkit/index.ts';
import { temporaryFolder } from '../fixtures.ts';
import { path } from './program.ts';

const GUIDE = readFileSync(path('docs/delegation.md'), 'utf8');

/** The zone of the guide, under a configuration. */
function configure(zone: string, dnssec: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'example.com.zone'), zone);
  const config = join(folder, 'dnsteer.yaml');
  writeFileSync(
    config,
    `server: { listen: ["127.0.0.1:5300"] }\nzones:\n  example.com:\n    file: example.com.zone\n    dnssec: ${dnssec}\n`,
  );
  return config;
}

const ZONE = /```\n(\$ORIGIN example\.com\.[\s\S]*?)```/.exec(GUIDE)![1]!;

function dnsteer(...args: string[]) {
  return run(process.execPath, [path('apps/server/bin/dnsteer.js'), ...args]);
}

/** Key tag, digest and key as the guide has them. */
function withoutKeys(text: string): string {
  return text.replace(/ DS \d+ 13 2 [0-9A-F]{64}/, ' DS 12345 13 2 9F86...').replace(/ DNSKEY 257 3 13 \S+==/, ' DNSKEY 257 3 13 mdss...');
}

test('docs/delegation.md shows what `dnsteer delegation` prints for its zone', async () => {
  const shown = /```text\n([\s\S]*?)```/.exec(GUIDE)![1];
  const config = configure(ZONE, '{ keys: ./keys }');
  const printed = await dnsteer('delegation', 'example.com', '--config', config);
  expect([printed.code, withoutKeys(printed.stdout)]).toEqual([0, shown]);
  const keys = await dnsteer('keys', 'ds', 'example.com', '--config', config);
  expect(keys.stdout.trim().split('\n')).toEqual(printed.stdout.match(/example\.com\. IN (DS|DNSKEY) .*/g));
});

test('what is missing is said: an address, a second server, a signature', async () => {
  const config = configure(ZONE.replace(/^@ +NS +ns2\n/m, '').replace(/^ns1 .*\n/gm, ''), 'false');
  const { stdout } = await dnsteer('delegation', 'example.com', '--config', config);
  expect(stdout).toContain('ns1.example.com. has no address in the zone');
  expect(stdout).toContain('Only one name server');
  expect(stdout).toContain('The zone is not signed: leave DS empty');
});
