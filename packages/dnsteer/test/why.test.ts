import { parseName } from '@dnsteer/wire';
import { decodeMessage, type Message } from '@dnsteer/wire/records';
import { beforeAll, describe, expect, test } from 'vitest';
import { steer } from '../src/steer.ts';
import { why } from '../src/why.ts';
import { cutText } from '../src/why-text.ts';
import { extendedErrors, LOCATOR, newApp, policy, SIGNED, ZONE } from './fixtures.ts';

const OPTION = 65023;
const LONG_NAME = `${[...'xyz'].map((letter) => letter.repeat(60)).join('.')}.steered.example.com`;

function whyApp({ signed = false }: { signed?: boolean } = {}) {
  const { app } = newApp();
  const web = () => steer(policy(), { locator: LOCATOR });
  app
    .use(why({ allow: ['192.0.2.0/24', '2001:db8::/32'], option: OPTION }, app))
    .zone('example.com', ZONE, signed ? SIGNED : {})
    .on('www.example.com', ['A', 'AAAA'], web())
    .on(LONG_NAME, ['A', 'AAAA'], web());
  // No pattern fits into a chain of NSECs; wildcard owners of a configuration do.
  if (signed) app.on('a.steered.example.com', ['A', 'AAAA'], web());
  else app.on('*.steered.example.com', ['A', 'AAAA'], web()).on(':host.pattern.example.com', web()).on(':host.example.org', web());
  return app;
}

interface Asking {
  rclass?: number;
  type?: number;
  from?: string;
  limit?: number;
  /** Of EDNS; left out: no OPT. */
  options?: readonly number[];
  transport?: 'udp' | 'tcp';
  dnssecOk?: boolean;
}

async function ask(
  app: Pick<ReturnType<typeof newApp>['app'], 'respond'>,
  name: string,
  { rclass = 1, type = 1, from = '192.0.2.1', limit = 65535, options, transport = 'tcp', dnssecOk = false }: Asking = {},
): Promise<Message> {
  const opt =
    options === undefined
      ? []
      : [0, 0, 41, limit >> 8, limit & 0xff, 0, 0, dnssecOk ? 0x80 : 0, 0, options.length >> 8, options.length & 0xff, ...options];
  const head = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, options === undefined ? 0 : 1];
  const packet = Uint8Array.from([...head, ...parseName(name), 0, type, 0, rclass, ...opt]);
  const out = new Uint8Array(65535);
  const peer = { address: from, port: 1, family: from.includes(':') ? 6 : 4, transport } as const;
  const reply = await app.respond(packet, packet.length, peer, out);
  return decodeMessage(typeof reply === 'number' ? out.subarray(0, reply) : reply!);
}

const option = (code: number, ...value: number[]) => [code >> 8, code & 0xff, 0, value.length, ...value];
const GERMAN_SUBNET = option(8, 0, 1, 24, 0, 198, 51, 100);

describe('why.NAME, TXT of class CH', () => {
  const app = whyApp();
  beforeAll(() => app.prepare());

  /** Strings of TXT, or the RCODE. */
  async function strings(name: string, parts: Asking = {}): Promise<string[] | string> {
    const message = await ask(app, name, { rclass: 3, type: 16, ...parts });
    const [record] = message.answers;
    return record === undefined ? message.rcode : (record as unknown as { data: Buffer[] }).data.map(String);
  }

  test('every step of the decision for this client, by type, as strings of one TXT record of class CH', async () => {
    const told = await strings('why.www.example.com');
    expect(told[0]).toMatch(/^A by web, seed \d+, for 192\.0\.2\.1\/32: /);
    expect(told.slice(1, 7)).toEqual([
      'up: all 2 candidates are up',
      expect.stringMatching(/^geotarget: .* -> default -> pools \[us\]; eu dropped$/),
      'first: takes all 1 candidates, as they are no more than 1',
      'answer: 203.0.113.30 (us/iad1)',
      expect.stringMatching(/^ttl: 60 s: /),
      expect.stringMatching(/^scope: \/8: geotarget looked at the client/),
    ]);
    expect((told as string[]).some((text) => text.startsWith('AAAA by web'))).toBe(true);
  });

  test.each([
    ['RFC 4592 2.1.1: a name beneath a steered wildcard', 'why.a.steered.example.com', /^A by web, /],
    ['RFC 4592 3.3.1: more than one label beneath it', 'why.deep.below.steered.example.com', /^A by web, /],
    ['the wildcard itself', 'why.*.steered.example.com', /^A by web, /],
    ['a name beneath a pattern in a zone', 'why.h.pattern.example.com', /^A by web, /],
    ['a name beneath a pattern outside of zones', 'why.h.example.org', /^A by web, /],
    ['RFC 1034 3.6.2: an alias of a steered name', 'why.alias.example.com', /^www\.example\.com\. A by web, /],
    ['a name that is not steered', 'why.static.example.com', /^not steered: no policy was asked, /],
    ['a name that is not there', 'why.mail.example.com', /^not steered: there is no such name$/],
    ['a name below a cut', 'why.a.child.example.com', /^not steered: a referral/],
  ])('%s', async (_, name, first) => {
    expect((await strings(name))[0]).toMatch(first);
  });

  test('RFC 7871: the client that the query names', async () => {
    const told = (await strings('why.a.steered.example.com', { options: GERMAN_SUBNET })) as string[];
    expect(told[0]).toContain('for 198.51.100.0/24: the query named it (ECS)');
    expect(told).toContain('answer: 203.0.113.20 (eu/fra1)');
  });

  test.each([
    ['another source', 'why.www.example.com', { from: '198.51.100.1' }],
    ['another type', 'why.www.example.com', { type: 1 }],
    ['a name that is nobody of ours', 'why.www.example.net', {}],
    ['no why', 'www.example.com', {}],
  ])('%s: REFUSED, as if it were not there', async (_, name, parts) => {
    expect(await strings(name, parts)).toBe('REFUSED');
  });

  test('RFC 4035: class IN has no such name', async () => {
    expect((await ask(app, 'why.www.example.com', { type: 16 })).rcode).toBe('NXDOMAIN');
  });

  test('in any case, and over IPv6', async () => {
    expect(await strings('WHY.Www.Example.COM', { from: '2001:db8::1' })).toHaveLength((await strings('why.www.example.com')).length);
  });
});

describe.each([
  ['unsigned', false],
  ['signed', true],
])('the EDNS option, %s', (_, signed) => {
  const app = whyApp({ signed });
  const WHY = option(OPTION);
  beforeAll(() => app.prepare());
  const asked = (name: string, parts: Asking = {}) => ask(app, name, { dnssecOk: signed, options: WHY, ...parts });
  /** RFC 8914 2: INFO-CODE and EXTRA-TEXT. */
  const line = async (name: string, parts: Asking = {}) => extendedErrors(await asked(name, parts))[0]?.extraText;

  test('RFC 8914: Extended DNS Error 0 says why the answer is this one, in one line', async () => {
    const [error, ...others] = extendedErrors(await asked('www.example.com', { options: [...GERMAN_SUBNET, ...WHY] }));
    expect(others).toEqual([]);
    expect(error?.infoCode).toBe(0);
    expect(error?.extraText).toMatch(
      /^A by web: eu\/fra1; ttl 60 s: .*; scope \/24: .*; client 198\.51\.100\.0\/24 \(ecs\), seed \d+; up 2->2: all 2 candidates are up; geotarget 2->1: .*; first 1->1: [^\n]*$/,
    );
  });

  test.each([
    ['www.example.com', 1],
    ['www.example.com', 28],
    ['www.example.com', 255],
    ['alias.example.com', 1],
    ['a.steered.example.com', 1],
    ['static.example.com', 1],
    ['mail.example.com', 1],
  ])('the answer is as ever: %s, type %i', async (name, type) => {
    const { additionals: _own, ...plain } = await asked(name, { type, options: [] });
    const { additionals: _told, ...told } = await asked(name, { type });
    expect(told).toEqual(plain);
  });

  test.each([
    ['alias.example.com', /^www\.example\.com\. A by web: us\/iad1; /],
    ['a.steered.example.com', /^A by web: us\/iad1; /],
    ['static.example.com', /^not steered: no policy was asked$/],
    ['mail.example.com', /^not steered: /],
  ])('%s', async (name, expected) => {
    expect(await line(name)).toMatch(expected);
  });

  test.each([
    ['after another local one', [...option(65001, 1, 2), ...option(OPTION, 7)]],
    ['before another', [...option(OPTION), ...option(65534)]],
  ])('with contents, and %s', async (_order, options) => {
    expect(await line('www.example.com', { options })).toMatch(/^A by web/);
  });

  test.each([
    ['RFC 6891 6.1.2: a client that is not on the list', { from: '198.51.100.1' }],
    ['another code of the local range', { options: option(65022) }],
    ['a code outside of the local range', { options: option(65535) }],
    ['no option', { options: [] }],
  ])('%s: ignored', async (_case, parts) => {
    const message = await asked('www.example.com', parts);
    expect([message.rcode, message.answers.length > 0, extendedErrors(message)]).toEqual(['NOERROR', true, []]);
  });

  test('the next query without it is told nothing', async () => {
    await asked('www.example.com');
    expect(await line('www.example.com', { options: [] })).toBeUndefined();
  });

  test('RFC 6891 6.2.3: over UDP it takes the room that the answer leaves, and says where it was cut', async () => {
    for (const limit of [512, 520, 540]) {
      const { additionals: _own, ...plain } = await asked(LONG_NAME, { limit, transport: 'udp', options: [] });
      const message = await asked(LONG_NAME, { limit, transport: 'udp' });
      const { additionals: _told, ...told } = message;
      expect(told).toEqual(plain);
      const text = extendedErrors(message)[0]?.extraText ?? '';
      expect(text).toMatch(signed ? /^(A by web: us\/iad1;.* \[cut\])?$/ : /^A by web: us\/iad1; .* \[cut\]$/);
    }
  });
});

test('RFC 3629 3: a line is cut between two characters, and where not even that fits there is none', () => {
  expect([20, 12, 11, 10, 7, 6, 0].map((octets) => cutText('Zürich – Genève', octets))).toEqual([
    'Zürich – Genève'.length > 20 ? '' : cutText('Zürich – Genève', 20),
    'Züric [cut]',
    'Züri [cut]',
    'Zür [cut]',
    'Z [cut]',
    '',
    '',
  ]);
  expect(cutText('Zürich', 7)).toBe('Zürich');
  expect(cutText('Zürich', 8)).toBe('Zürich');
});
