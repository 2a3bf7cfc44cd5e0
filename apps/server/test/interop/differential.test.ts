import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DigReply,
  dig,
  digAll,
  needing,
  run,
  type Server,
  startDnsteer,
  startKnot,
  startNamed,
} from '../../../../tooling/testkit/index.ts';
import { agrees, facts } from './agreement.ts';
import { questionsOf } from './questions.ts';

// The same zones served by BIND, by Knot and by us: where those two agree, we agree; where they differ, we agree with one of them.

const ZONES = fileURLToPath(new URL('./zones/', import.meta.url));
const read = (zone: string) => readFileSync(join(ZONES, `${zone}.zone`), 'utf8');
const TYPES = ['A', 'AAAA', 'NS', 'CNAME', 'DNAME', 'MX', 'TXT', 'SOA', 'DS', 'SRV', 'TYPE65280'];
const PLAIN = ['plain.test', 'cuts.test'];
const LEAST_QUESTIONS = 500;

interface Difference {
  question: string;
  ours: unknown;
  bind: unknown;
  knot: unknown;
}

async function compare(
  questions: readonly string[],
  servers: { ours: Server; bind: Server; knot: Server },
  options: string[],
): Promise<Difference[]> {
  const replies = await Promise.all(
    [servers.ours, servers.bind, servers.knot].map((server) => digAll(server, [...questions], '+norec', ...options)),
  );
  return questions.flatMap((question, i): Difference[] => {
    const [ours, bind, knot] = replies.map((list) => list[i]);
    if (ours === undefined || bind === undefined || knot === undefined) return [{ question, ours, bind, knot }];
    if (agrees(ours, bind, knot)) return [];
    return [{ question, ours: facts(ours), bind: facts(bind), knot: facts(knot) }];
  });
}

needing(['dig', 'named', 'knotd', 'dnssec-verify'], 'BIND and Knot', () => {
  let servers: { ours: Server; bind: Server; knot: Server };
  let signed = '';

  beforeAll(async () => {
    signed = await signByBind('signed.test', read('signed.test'));
    const texts = { ...Object.fromEntries(PLAIN.map((zone) => [zone, read(zone)])), 'signed.test': signed };
    const zones = Object.entries(texts).map(([origin, text]) => ({ origin, text }));
    const [ours, bind, knot] = await Promise.all([
      startDnsteer({
        files: Object.fromEntries(zones.map(({ origin, text }) => [`${origin}.zone`, text])),
        config: ({ port, directory }) =>
          [
            `server: { listen: ["127.0.0.1:${port}"], control: ${directory}/c.sock }`,
            'zones:',
            ...zones.map(({ origin }) => `  ${origin}: { file: ${origin}.zone }`),
          ].join('\n'),
        zone: 'plain.test',
      }),
      startNamed({ zones }),
      startKnot({ zones }),
    ]);
    servers = { ours, bind, knot };
  });
  afterAll(async () => {
    await Promise.all(Object.values(servers ?? {}).map((server) => server.stop()));
  });

  describe.each(PLAIN)('%s', (zone) => {
    test('every owner, ancestor, child and neighbour, all types', async () => {
      const questions = questionsOf(read(zone), TYPES);
      expect(questions.length).toBeGreaterThan(LEAST_QUESTIONS);
      expect(await compare(questions, servers, [])).toEqual([]);
    });
  });

  test('the comparison sees a wrong AA, RCODE, TTL, and a record that is missing or in the wrong section', async () => {
    const ask = (server: Server) => dig(server, 'www.sub.cuts.test', 'A', '+norec');
    const [ours, bind, knot] = await Promise.all([ask(servers.ours), ask(servers.bind), ask(servers.knot)]);
    expect(agrees(ours, bind, knot)).toBe(true);
    const wrong: Partial<DigReply>[] = [
      { flags: [...ours.flags, 'aa'] },
      { rcode: 'NXDOMAIN' },
      { authority: ours.authority.map((record) => ({ ...record, ttl: 1 })) },
      { additional: [] },
      { answer: ours.authority, authority: [] },
    ];
    expect(wrong.filter((change) => agrees({ ...ours, ...change }, bind, knot))).toEqual([]);
  });

  test('signed.test, DO=1, signed by BIND: every proof', async () => {
    const questions = questionsOf(read('signed.test'), ['A', 'NS', 'CNAME', 'DS', 'TXT', 'SOA', 'NSEC', 'DNSKEY']);
    expect(questions.length).toBeGreaterThan(LEAST_QUESTIONS);
    expect(await compare(questions, servers, ['+dnssec'])).toEqual([]);
  });
});

/** The zone as `dnssec-signzone` prints it. */
async function signByBind(origin: string, text: string): Promise<string> {
  const { mkdtemp, writeFile, readFile, readdir, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const directory = await mkdtemp(join(tmpdir(), 'dnsteer-signed-'));
  try {
    await run('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', '-f', 'KSK', origin], { cwd: directory });
    const keys = (await readdir(directory)).filter((file) => file.endsWith('.key'));
    const dnskeys = await Promise.all(keys.map((key) => readFile(join(directory, key), 'utf8')));
    await writeFile(join(directory, 'zone'), `${text}${dnskeys.join('')}`);
    const { code, stderr } = await run('dnssec-signzone', ['-z', '-o', origin, '-f', 'signed', 'zone', ...keys], { cwd: directory });
    if (code !== 0) throw new Error(stderr);
    return await readFile(join(directory, 'signed'), 'utf8');
  } finally {
    await rm(directory, { recursive: true });
  }
}
