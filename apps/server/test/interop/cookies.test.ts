import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dig, needing, type Server, startDnsteer, startKnot, startNamed } from '../../../../tooling/testkit/index.ts';

const SECRET = 'e5e973e5a6b2a43f48e7dc849e37bfcf';
const NEXT_SECRET = '445536bcd2513298075a5d379663c962';
const CLIENT = '2464c4abcf10c957';
const ZONE = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
`;
const zones = [{ origin: 'example.com', text: ZONE }];

/** All of them answer a cookie that is not theirs with BADCOOKIE. */
function ours(secrets: readonly string[]): Promise<Server> {
  return startDnsteer({
    config: ({ port }) => `server:
  listen: ["127.0.0.1:${port}"]
  cookies: { secrets: [${secrets.map((secret) => `"${secret}"`).join(', ')}], require: true }
zones: { example.com: { file: example.com.zone } }
`,
    files: { 'example.com.zone': ZONE },
    zone: 'example.com',
  });
}

function bind(secrets: readonly string[]): Promise<Server> {
  const lines = secrets.map((secret) => `cookie-secret "${secret}";`).join(' ');
  return startNamed({ zones, config: `cookie-algorithm siphash24; require-server-cookie yes; ${lines}` });
}

function knot(secret: string): Promise<Server> {
  const [zone] = zones;
  return startKnot({
    zones: [{ ...zone!, config: '    module: mod-cookies/shared\n' }],
    topLevel: `mod-cookies:\n  - id: shared\n    secret: 0x${secret}\n    badcookie-slip: 1\n`,
  });
}

/** RCODE and cookie; dig does not ask again after BADCOOKIE. */
async function ask(server: Server, cookie: string) {
  const { rcode, edns, answer } = await dig(server, 'ns1.example.com', 'A', '+norec', '+nobadcookie', `+cookie=${cookie}`);
  return { rcode, cookie: edns?.cookie, answers: answer.length };
}

needing(['dig', 'named', 'knotd'], 'RFC 9018 5: servers with one secret accept the cookies of each other', () => {
  const servers: Record<string, Server> = {};
  beforeAll(async () => {
    const started = await Promise.all([
      ours([SECRET]),
      bind([SECRET]),
      knot(SECRET),
      ours([NEXT_SECRET, SECRET]),
      bind([NEXT_SECRET, SECRET]),
    ]);
    for (const [i, name] of ['ours', 'BIND', 'Knot', 'ours, rolled', 'BIND, rolled'].entries()) servers[name] = started[i]!;
  }, 60_000);
  afterAll(() => Promise.all(Object.values(servers).map((server) => server.stop())));

  test.each(['ours', 'BIND', 'Knot'])('%s answers a client cookie alone, and one that nobody made, with BADCOOKIE', async (name) => {
    expect(await ask(servers[name]!, CLIENT)).toMatchObject({ rcode: 'BADCOOKIE', answers: 0 });
    expect(await ask(servers[name]!, `${CLIENT}010000005cf79f111f8130c3eee29480`)).toMatchObject({ rcode: 'BADCOOKIE', answers: 0 });
  });

  test.each([
    ['ours', 'BIND'],
    ['ours', 'Knot'],
    ['BIND', 'ours'],
    ['Knot', 'ours'],
  ])('the cookie of %s is good for %s', async (maker, checker) => {
    const { cookie } = await ask(servers[maker]!, CLIENT);
    expect(cookie).toHaveLength(48);
    expect(await ask(servers[checker]!, cookie!)).toMatchObject({ rcode: 'NOERROR', answers: 1 });
  });

  describe('a secret that is being replaced: the new one makes cookies, both are accepted', () => {
    test.each([
      ['ours', 'ours, rolled', 'NOERROR'],
      ['BIND', 'ours, rolled', 'NOERROR'],
      ['ours, rolled', 'BIND, rolled', 'NOERROR'],
      ['BIND, rolled', 'ours, rolled', 'NOERROR'],
      ['ours, rolled', 'ours', 'BADCOOKIE'],
      ['ours, rolled', 'BIND', 'BADCOOKIE'],
    ])('the cookie of %s at %s: %s', async (maker, checker, rcode) => {
      const { cookie } = await ask(servers[maker]!, CLIENT);
      expect((await ask(servers[checker]!, cookie!)).rcode).toBe(rcode);
    });
  });
});
