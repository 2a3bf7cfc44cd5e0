import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dig, runDnsteer, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';

const ZONE = '$TTL 300\n@ SOA ns1 hostmaster 7 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n';
const config = (
  port: number,
  more = '',
) => `server: { listen: ["127.0.0.1:${port}"], workers: 2, udpDriver: batch, why: { allow: [127.0.0.0/8] } }
pools:
  eu: { endpoints: [{ name: fra1, addresses: [198.51.100.1] }] }
  us: { endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
policies:
  web: { pools: [eu], chain: [up], allDown: all }
  api: { pools: [eu], chain: [up], allDown: { pool: us } }
${more}
zones:
  example.com: { file: example.com.zone, steer: { www: web, api: api } }
`;

let server: Server;
beforeAll(async () => {
  server = await startDnsteer({ config: ({ port }) => config(port), files: { 'example.com.zone': ZONE }, zone: 'example.com' });
});
afterAll(() => server?.stop());

const dnsteer = async (...args: string[]) => {
  const { code, stdout, stderr } = await runDnsteer(args, { cwd: server.directory });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};
const NOTHING = { all: 0, last: 0, none: 0, servfail: 0, pool: 0 };
const statsOf = async (policy: string) =>
  JSON.parse(await dnsteer('stats', '--json')).policies.find((row: { policy: string }) => row.policy === policy);
/** From other ports other workers are asked. */
const ask = (name: string, times: number) =>
  Promise.all(Array.from({ length: times }, () => dig({ port: server.port }, `${name}.example.com`, 'A')));

test('stats: decisions of all workers, and those where all was down, by how they were answered', async () => {
  await ask('www', 8);
  expect(await statsOf('web')).toEqual({ policy: 'web', decisions: 8, allDown: NOTHING });
  await dnsteer('pool', 'eu', 'down');
  await ask('www', 3);
  await ask('api', 2);
  expect(await statsOf('web')).toEqual({ policy: 'web', decisions: 11, allDown: { ...NOTHING, all: 3 } });
  expect(await statsOf('api')).toEqual({ policy: 'api', decisions: 2, allDown: { ...NOTHING, pool: 2 } });
  const table = await dnsteer('stats');
  expect(table).toMatch(/policy +│ decisions +│ all down +│ answered then/);
  expect(table).toMatch(/api +│ 2 +│ 2 +│ pool 2/);
});

test('explain --live says how often all was down; asking why is not counted', async () => {
  await dig({ port: server.port }, 'www.example.com', 'A', '+ednsopt=65023');
  await dig({ port: server.port }, 'why.www.example.com', 'TXT', 'CH', '+tcp');
  const args = ['explain', 'www.example.com', 'A', '--client', '192.0.2.0/24', '--live'];
  expect(await dnsteer(...args)).toContain('\ncounted   of 11 decisions of this policy, all was down in 3 (answered then: all 3)\n');
  expect(JSON.parse(await dnsteer(...args, '--json')).counts).toEqual({ decisions: 11, allDown: { ...NOTHING, all: 3 } });
});

test('counts outlive a reload, and a policy that is new begins with none', async () => {
  await writeFile(join(server.directory, 'dnsteer.yaml'), config(server.port, '  new: { pools: [us], chain: [up] }'));
  await dnsteer('reload');
  expect(await statsOf('web')).toMatchObject({ decisions: 11 });
  expect(await statsOf('new')).toEqual({ policy: 'new', decisions: 0, allDown: NOTHING });
});
