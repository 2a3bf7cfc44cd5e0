import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needing, run } from '../../../../tooling/testkit/index.ts';
import { inspectZoneText, severityOf } from '../../src/index.ts';

const BASE = '$TTL 3600\n@ SOA ns1 hostmaster 1 7200 900 1209600 300\n@ NS ns1\nns1 A 192.0.2.1\n';
const BIND = 'BIND';
const KNOT = 'Knot';
const NSD = 'NSD';
const ALL = [BIND, KNOT, NSD];

/** What a zone has besides BASE, what we say of it, and who of the peers refuses it when nobody has told them otherwise. */
const CASES: readonly (readonly [code: string, records: string, refusing: readonly string[]])[] = [
  ['ERR_ZONE_CNAME_AND_OTHER', 'a CNAME b\na A 192.0.2.1', ALL],
  ['ERR_ZONE_CNAME_AND_OTHER', '@ CNAME b.example.net.', ALL],
  ['ERR_ZONE_CNAME_TWICE', 'a CNAME b\na CNAME c', ALL],
  ['ERR_ZONE_DNAME_TWICE', 'a DNAME b.example.net.\na DNAME c.example.net.', ALL],
  ['ERR_ZONE_BELOW_DNAME', 'a DNAME b.example.net.\nc.a A 192.0.2.1', [KNOT, NSD]],
  ['ERR_ZONE_DNAME_AND_NS', 'a DNAME b.example.net.\na NS ns1', [KNOT]],
  ['ERR_ZONE_SOA_TWICE', '@ SOA ns1 hostmaster 2 7200 900 1209600 300', [BIND, NSD]],
  ['ERR_ZONE_SOA_PLACE', 'a SOA ns1 hostmaster 1 7200 900 1209600 300', [BIND, NSD]],
  ['ERR_ZONE_OUT_OF_ZONE', 'a.example.net. A 192.0.2.1', [NSD]],
  ['WARN_ZONE_DUPLICATE', 'a A 192.0.2.1\na A 192.0.2.1', []],
  ['WARN_ZONE_TTL_DIFFERS', 'a 60 A 192.0.2.1\na 61 A 192.0.2.2', []],
  ['WARN_ZONE_GLUE_MISSING', 'sub NS ns.sub', []],
  ['WARN_ZONE_ADDRESS_MISSING', '@ MX 1 mail', []],
  ['WARN_ZONE_ADDRESS_MISSING', '_x._tcp SRV 1 2 3 host', []],
  ['WARN_ZONE_ADDRESS_MISSING', '@ NS ns2', [BIND]],
  ['WARN_ZONE_TARGET_ALIAS', '@ MX 1 mail\nmail CNAME ns1', []],
  ['WARN_ZONE_TARGET_ALIAS', '@ NS ns2\nns2 CNAME ns1', [BIND]],
  ['WARN_ZONE_CNAME_LOOP', 'a CNAME b\nb CNAME a', []],
  ['WARN_ZONE_DNAME_LOOP', 'a DNAME b\nb DNAME a', []],
  ['WARN_ZONE_WILDCARD', '*.a NS ns1', [BIND]],
  ['WARN_ZONE_OCCLUDED', 'sub NS ns1\n  TXT x\n', []],
  ['WARN_ZONE_NSEC3_ITERATIONS', '@ NSEC3PARAM 1 0 10 AB', []],
  ['WARN_ZONE_RRSIG_COVERS_NOTHING', 'a RRSIG A 13 3 3600 20300101000000 20200101000000 1 example.com. AAAA', []],
];

// nsd-checkzone and knotc come with their servers.
needing(['named-checkzone', 'knotd', 'nsd'], 'severities', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dnsteer-severity-'));
    await writeFile(
      join(directory, 'knot.conf'),
      `server:\n  rundir: ${directory}\ndatabase:\n  storage: ${directory}\nzone:\n  - domain: example.com\n    file: ${directory}/x.zone\n`,
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function refusing(text: string): Promise<string[]> {
    const file = join(directory, 'x.zone');
    await writeFile(file, text);
    const finished = await Promise.all([
      // -i local: without asking resolvers for names elsewhere.
      run('named-checkzone', ['-i', 'local', 'example.com', file]),
      run('knotc', ['-c', join(directory, 'knot.conf'), 'zone-check', 'example.com']),
      run('nsd-checkzone', ['example.com', file]),
    ]);
    return ALL.filter((_, i) => finished[i]!.code !== 0);
  }

  test('the zone that the others are made of is fine for all', async () => {
    expect(await refusing(BASE)).toEqual([]);
    expect(inspectZoneText(BASE, { origin: 'example.com' }).problems).toEqual([]);
  });

  test.each(CASES)('%s: %j is refused by %j', async (code, records, peers) => {
    const text = `${BASE}${records}\n`;
    const { problems } = inspectZoneText(text, { origin: 'example.com' });
    expect(problems.map((problem) => problem.code)).toContain(code);
    expect(await refusing(text)).toEqual(peers);
  });

  test('what no peer refuses is a warning, and what most refuse is an error', () => {
    for (const [code, , peers] of CASES) {
      const severity = severityOf(code as Parameters<typeof severityOf>[0]);
      if (peers.length === 0) expect([code, severity]).toEqual([code, 'warning']);
      if (peers.length > 1) expect([code, severity]).toEqual([code, 'error']);
    }
  });
});
