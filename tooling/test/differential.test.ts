import { expect, test } from 'vitest';
import { DIFFERENCES } from '../testkit/differential/differences.ts';
import { generateZones, walkRandom } from '../testkit/differential/generate.ts';
import { type Deviation, FACETS, judge, type Replies } from '../testkit/differential/judge.ts';
import { decodeReply, encodeQuestion, type Reply, type ReplyRecord } from '../testkit/differential/message.ts';
import { formatName, parseName } from '../testkit/differential/names.ts';
import { mapZone, placeOf } from '../testkit/differential/places.ts';
import { SAMPLES } from '../testkit/differential/rdata-samples.ts';
import { type Question, walk } from '../testkit/differential/walk.ts';
import { formatZone, type TestZone, ZoneDraft } from '../testkit/differential/zone.ts';

const origin = parseName('example.');

function zoneOf(...records: readonly (readonly [owner: string, type: string, rdata: string])[]): TestZone {
  const draft = new ZoneDraft(origin);
  for (const [owner, type, rdata] of records) draft.add(parseName(`${owner}.example.`), type, rdata, 300);
  return { origin, records: draft.records(), signed: 'no', text: formatZone(draft.records()), refusedBy: [] };
}

const question: Question = {
  name: parseName('www.example.'),
  type: 'A',
  mode: { dnssecOk: false },
  place: 'data',
  zone: undefined,
  childOrigins: [],
};
const record = { owner: 'www.example.', type: 'A', ttl: 300, rdata: '192.0.2.1' };
const right: Reply = {
  rcode: 'NOERROR',
  flags: ['aa'],
  question: 'www.example. A 1',
  answer: [record],
  authority: [],
  additional: [],
  edns: 'none',
  octets: 45,
};
const allRight: Replies = { ours: right, bind: right, knot: right, nsd: right, pdns: right };
const facetsOf = (replies: Replies, table: readonly Deviation[] = []) =>
  judge(question, replies, table, new Map()).mismatches.map(({ facet, kind }) => `${kind} ${facet}`);

test('the same seed makes the same zones and questions, another seed others', () => {
  const made = (seed: number) => {
    const zones = generateZones(seed, 0);
    return JSON.stringify([zones, walk(zones, zones.map(mapZone), walkRandom(seed, 0))]);
  };
  expect(made(1)).toBe(made(1));
  expect(made(1)).not.toBe(made(2));
});

test('zones have every RR type, and wildcards, cuts, glue, DNAME, CNAME, empty non-terminals and odd names', () => {
  const zones = Array.from({ length: 300 }, (_, i) => generateZones(1, i, { mayDelegateWildcards: true })).flat();
  const records = zones.flatMap((zone) => zone.records);
  const types = new Set(records.map(({ type }) => type));
  expect(Object.keys(SAMPLES).filter((type) => !types.has(type))).toEqual([]);
  const maps = zones.map(mapZone);
  expect(maps.some((map) => [...map.names.keys()].some((key) => !map.types.has(key)))).toBe(true);
  for (const wildcard of ['A', 'CNAME', 'DNAME', 'NS']) {
    expect(records.some(({ owner, type }) => owner[0] === '*' && type === wildcard)).toBe(true);
  }
  for (const odd of [/^\\000\./, /a\\\.b/, /\\255/, /sp\\032ace/])
    expect(records.some(({ owner }) => odd.test(formatName(owner)))).toBe(true);
  expect(records.some(({ owner, type }) => type === 'A' && owner[0] === 'ns' && owner.length > 4)).toBe(true);
});

test('a zone takes no record that a server would refuse it for', () => {
  const draft = new ZoneDraft(origin);
  const add = (owner: string, type: string, rdata: string) => draft.add(parseName(owner), type, rdata, 60);
  expect(add('c.example.', 'CNAME', 'a.example.')).toBe(true);
  expect(add('c.example.', 'A', '192.0.2.1')).toBe(false); // RFC 2181 10.1
  expect(add('d.example.', 'DNAME', 'a.example.')).toBe(true);
  expect(add('x.d.example.', 'A', '192.0.2.1')).toBe(false); // RFC 6672 2.4
  expect(add('a.example.', 'A', '192.0.2.1')).toBe(true);
  expect(add('A.example.', 'A', '192.0.2.1')).toBe(false); // RFC 2181 5
  expect(add('elsewhere.', 'A', '192.0.2.1')).toBe(false);
  expect(add('example.', 'DS', '1 13 2 00')).toBe(false);
});

test('names survive presentation format', () => {
  for (const text of ['.', 'a\\.b.example.', '\\000\\255.', 'sp\\032ace.\\"q\\".', 'xn--nxasmq6b.*.'])
    expect(formatName(parseName(text))).toBe(text);
});

test('questions walk every name, its parent, children and siblings', () => {
  const zone = zoneOf(['a.b', 'A', '192.0.2.1']);
  const names = new Set(walk([zone], [mapZone(zone)], walkRandom(1, 0)).map(({ name }) => formatName(name).toLowerCase()));
  for (const name of ['a.b', 'b', 'x.a.b', 'y.x.a.b', '*.a.b', 'az.b', '0a.b', '*.b', 'bz']) expect(names).toContain(`${name}.example.`);
  expect(names).toContain('outside.elsewhere.');
});

test('places carry the rule by which they are answered', () => {
  const maps = [
    mapZone(zoneOf(['*', 'A', '192.0.2.1'], ['h.ent', 'A', '192.0.2.1'], ['cut', 'NS', 'ns.cut.example.'], ['d', 'DNAME', 'ent.example.'])),
  ];
  const place = (name: string, type: string) => placeOf(maps, parseName(name), type);
  expect(place('ent.example.', 'A')).toBe('emptyNonTerminal');
  expect(place('x.ent.example.', 'A')).toBe('nxdomain');
  expect(place('x.example.', 'A')).toBe('wildcardData');
  expect(place('x.example.', 'TXT')).toBe('wildcardNoData');
  expect(place('cut.example.', 'A')).toBe('cut');
  expect(place('cut.example.', 'DS')).toBe('dsAtCut');
  expect(place('ns.cut.example.', 'A')).toBe('belowCut');
  expect(place('x.d.example.', 'A')).toBe('belowDname');
  expect(place('d.example.', 'TXT')).toBe('noData');
  expect(place('elsewhere.', 'A')).toBe('outside');
});

test('a response is read with pointers, OPT and the case of its question', () => {
  const query = encodeQuestion({ ...question, name: parseName('wWw.example.'), mode: { payloadOctets: 1232, dnssecOk: true } }, 7);
  const opt = query.subarray(-11);
  const answer = Buffer.from('c00c00010001000000780004c0000201', 'hex');
  const response = Buffer.concat([query.subarray(0, -11), answer, opt]);
  response.writeUInt16BE(0x8400, 2);
  response.writeUInt16BE(1, 6);
  expect(decodeReply(response)).toMatchObject({
    rcode: 'NOERROR',
    flags: ['aa'],
    question: 'wWw.example. A 1',
    answer: [{ owner: 'www.example.', type: 'A', ttl: 120, rdata: '192.0.2.1' }],
    edns: 'do',
  });
  expect(() => decodeReply(Buffer.concat([response, Buffer.of(0)]))).toThrow('octets behind the last record');
});

test('where all agree there is nothing to say; a wrong RCODE, bit, TTL or section of ours is against all', () => {
  expect(facetsOf(allRight)).toEqual([]);
  const wrong: [Partial<Reply>, string][] = [
    [{ rcode: 'NXDOMAIN' }, 'against rcode'],
    [{ flags: [] }, 'against aa'],
    [{ flags: ['aa', 'tc'] }, 'against tc'],
    [{ flags: ['aa', 'ra'] }, 'against header'],
    [{ question: 'WWW.example. A 1' }, 'against question'],
    [{ edns: 'plain' }, 'against edns'],
    [{ answer: [{ ...record, ttl: 1 }] }, 'against answer'],
    [{ authority: [record] }, 'against authority'],
    [{ additional: [record] }, 'against additional'],
    [{ answer: [record, record] }, 'against answer'],
  ];
  for (const [change, found] of wrong) expect(facetsOf({ ...allRight, ours: { ...right, ...change } })).toEqual([found]);
});

test('the order of sections means nothing, that of a chain of aliases does', () => {
  const second = { ...record, rdata: '192.0.2.2' };
  const alias = { owner: 'a.example.', type: 'CNAME', ttl: 300, rdata: 'www.example.' };
  const all = (reply: Reply): Replies => ({ ours: reply, bind: reply, knot: reply, nsd: reply, pdns: reply });
  expect(facetsOf({ ...all({ ...right, answer: [record, second] }), ours: { ...right, answer: [second, record] } })).toEqual([]);
  expect(facetsOf({ ...all({ ...right, answer: [alias, record] }), ours: { ...right, answer: [record, alias] } })).toEqual([
    'against chain',
  ]);
});

test('where peers differ we stand with one of them; no answer is never right', () => {
  const nxdomain = { ...right, rcode: 'NXDOMAIN' };
  expect(facetsOf({ ...allRight, bind: nxdomain })).toEqual([]);
  expect(facetsOf({ ...allRight, bind: nxdomain, ours: { ...right, rcode: 'REFUSED' } })).toEqual(['alone rcode']);
  expect(facetsOf({ ...allRight, ours: undefined })).toEqual(['against rcode']);
});

test('a row of the table takes the voice of one server in its facets only', () => {
  const row = (who: Deviation['who']): Deviation => ({ who, facets: ['rcode'], rule: 'RFC 0', when: () => true });
  const ours = { ...right, rcode: 'NXDOMAIN', flags: [] };
  expect(facetsOf({ ...allRight, ours }, [row('ours')])).toEqual(['against aa']);
  const silent = (['bind', 'knot', 'nsd'] as const).map(row);
  expect(facetsOf({ ...allRight, ours }, silent)).toEqual(['alone rcode', 'against aa']);
  // Its row is about what it gets wrong: a peer that says what we say still stands with us.
  expect(facetsOf({ ...allRight, ours, bind: ours }, silent)).toEqual([]);
  expect(facetsOf({ ...allRight, ours, bind: ours }, [row('bind')])).toEqual(['against rcode']);
  expect(FACETS).toContain('rcode');
});

const CUTS = zoneOf(
  ['cut', 'NS', 'a.cut.example.'],
  ['cut', 'NS', 'wild.cut.example.'],
  ['a.cut', 'A', '192.0.2.2'],
  ['*.cut', 'A', '192.0.2.3'],
  ['www', 'A', '192.0.2.1'],
);
const address = (owner: string, rdata = '192.0.2.2') => ({ owner, type: 'A', ttl: 300, rdata });
const judged = (asked: Partial<Question>, replies: Partial<Replies>) =>
  judge({ ...question, ...asked }, { ...allRight, bind: undefined, ...replies }, DIFFERENCES, new Map()).mismatches.map(
    ({ facet }) => facet,
  );

test('RFC 1034 4.2.1: of an answer, the addresses below a cut may be missing, and no others', () => {
  const mx = { ...right, answer: [{ owner: 'www.example.', type: 'MX', ttl: 300, rdata: '0001 a.cut.example.' }] };
  const all = { ...mx, additional: [address('a.cut.example.'), address('www.example.')] };
  const others = { knot: all, nsd: mx, pdns: all };
  expect(judged({ zone: CUTS, type: 'MX' }, { ours: { ...mx, additional: [address('www.example.')] }, ...others })).toEqual([]);
  expect(judged({ zone: CUTS, type: 'MX' }, { ours: { ...mx, additional: [address('www.example.', '192.0.2.9')] }, ...others })).toEqual([
    'additional',
  ]);
  const withNone = { ours: mx, knot: all, nsd: all, pdns: all };
  expect(judged({ zone: CUTS, type: 'MX' }, withNone)).toEqual(['additional']);
  // Behind a chain that ends in a referral glue is wanted (RFC 9471 3.1).
  const withNs = (reply: Reply): Reply => ({
    ...reply,
    authority: [{ owner: 'cut.example.', type: 'NS', ttl: 300, rdata: 'a.cut.example.' }],
  });
  const referrals = {
    ours: withNs({ ...mx, additional: [address('www.example.')] }),
    knot: withNs(all),
    nsd: withNs(all),
    pdns: withNs(all),
  };
  expect(judged({ zone: CUTS, type: 'MX' }, referrals)).toEqual(['additional']);
});

const referral = (...additional: readonly ReturnType<typeof address>[]): Reply => ({
  ...right,
  flags: [],
  answer: [],
  authority: [{ owner: 'cut.example.', type: 'NS', ttl: 300, rdata: 'a.cut.example.' }],
  additional,
});

test('RFC 1034 4.3.2: glue that a wildcard below a cut would make may be missing, glue that is there may not', () => {
  const [glue, made] = [address('a.cut.example.'), address('wild.cut.example.', '192.0.2.3')];
  const all = referral(glue, made);
  const others = { knot: all, nsd: all, pdns: all };
  expect(judged({ zone: CUTS, place: 'cut' }, { ours: referral(glue), ...others })).toEqual([]);
  expect(judged({ zone: CUTS, place: 'cut' }, { ours: referral(), ...others })).toEqual(['additional']);
  expect(judged({ zone: CUTS, place: 'cut' }, { ours: referral(made), ...others })).toEqual(['additional']);
});

test('RFC 9471 3.1: an address that is no glue may be missing from a referral where it has no room', () => {
  const [glue, other] = [address('a.cut.example.'), address('www.example.', '192.0.2.1')];
  const all = referral(glue, other);
  const withOctets = (octets: number, ...records: (typeof glue)[]) =>
    judged({ zone: CUTS, place: 'cut' }, { ours: { ...referral(...records), octets }, knot: all, nsd: all, pdns: all });
  expect(withOctets(497, glue)).toEqual([]);
  expect(withOctets(496, glue)).toEqual(['additional']);
  expect(withOctets(512, other)).toEqual(['additional']);
});

test('RFC 4035 2.3, RFC 1034 4.3.2 3b: PowerDNS has no voice with an NSEC of occluded names, or with a cut below a cut', () => {
  const nsec = (owner: string, next: string) => ({ owner, type: 'NSEC', ttl: 60, rdata: `${next} 0006200000000003` });
  const withAuthority = (record: ReplyRecord): Reply => ({ ...right, answer: [], authority: [record] });
  const only = (ours: ReplyRecord, pdns: ReplyRecord) =>
    judged({ zone: CUTS }, { ours: withAuthority(ours), knot: undefined, nsd: undefined, pdns: withAuthority(pdns) });
  const own = nsec('cut.example.', 'www.example.');
  expect(only(own, nsec('cut.example.', 'a.cut.example.'))).toEqual([]);
  expect(only(own, nsec('a.cut.example.', 'www.example.'))).toEqual([]);
  expect(only(own, nsec('cut.example.', 'zzz.example.'))).toEqual(['authority']);
  const ns = (owner: string) => ({ owner, type: 'NS', ttl: 60, rdata: 'a.cut.example.' });
  expect(only(ns('cut.example.'), ns('a.cut.example.'))).toEqual([]);
  expect(only(ns('www.example.'), ns('cut.example.'))).toEqual(['authority']);
});

test('RFC 4035 3.1.4.1: where a CNAME leads to an apex, the parent may answer for DS, the child has no voice; for other types it has', () => {
  const soa = (owner: string) => ({ owner, type: 'SOA', ttl: 60, rdata: `ns.${owner} host.${owner} 00` });
  const answer = [{ owner: 'www.example.', type: 'CNAME', ttl: 60, rdata: 'example.' }];
  const [above, apex] = [
    { ...right, answer, authority: [soa('.')] },
    { ...right, answer, authority: [soa('example.')] },
  ];
  const child = { knot: apex, nsd: apex, pdns: undefined };
  expect(judged({ zone: CUTS, type: 'DS' }, { ours: above, ...child })).toEqual([]);
  expect(judged({ zone: CUTS, type: 'A' }, { ours: above, ...child })).toEqual(['authority']);
  expect(judged({ zone: CUTS, type: 'DS' }, { ours: apex, knot: above, nsd: above, pdns: above })).toEqual(['authority']);
});

test('RFC 6672 3.2: the links of a chain may stand in the order of the steps, in no other', () => {
  const dname = { owner: 'd.example.', type: 'DNAME', ttl: 60, rdata: 'e.example.' };
  const cname = { owner: 'www.d.example.', type: 'CNAME', ttl: 60, rdata: 'www.e.example.' };
  const chain = (...answer: readonly ReplyRecord[]): Reply => ({ ...right, answer });
  const only = (ours: Reply, pdns: Reply) =>
    judged({ zone: CUTS, name: parseName('www.d.example.') }, { ours, knot: undefined, nsd: undefined, pdns });
  expect(only(chain(dname, cname), chain(cname, dname))).toEqual([]);
  expect(only(chain(cname, dname), chain(dname, cname))).toEqual(['chain']);
  expect(only(chain(dname, cname), chain(cname))).toEqual(['answer', 'chain']);
});

test('RFC 5155 7.2.2: a proof without wildcard is enough only below an opted-out empty non-terminal whose provable encloser has a wildcard', () => {
  const plain = zoneOf(['*', 'TXT', '""'], ['child.ent', 'NS', 'a.other.']);
  // SHA-1 of example. and of ent.example. without salt: the zone has the first only.
  const [apex, ent] = ['3msev9usmd4br9s97v51r2tdvmr9iqo1', 'n3mivjm8dklobh7r7f4rd46cg6f4stom'];
  const nsec3 = (owner: string, next: string, flags = '01') => ({
    owner: `${owner}.example.`,
    type: 'NSEC3',
    ttl: 60,
    rdata: `01${flags}00000014${next}0006000000000002`,
  });
  const soa = { owner: 'example.', type: 'SOA', ttl: 60, rdata: 'ns.example. host.example. 00' };
  const match = nsec3(apex, '55'.repeat(20));
  const span = nsec3(`0${ent.slice(1)}`, 'ff'.repeat(20));
  const denial = (...authority: readonly ReplyRecord[]): Reply => ({ ...right, rcode: 'NXDOMAIN', answer: [], authority });
  const zone: TestZone = { ...plain, signed: 'nsec3-opt-out', text: `${plain.text}${apex.toUpperCase()}.example. 60 IN NSEC3 1 1 0 - x\n` };
  const asked = { zone, name: parseName('x.ent.example.'), place: 'nxdomain' as const, mode: { payloadOctets: 1232, dnssecOk: true } };
  const only = (change: Partial<Question>, ...authority: readonly ReplyRecord[]) => {
    const peer = denial(soa);
    return judged({ ...asked, ...change }, { ours: denial(...authority), knot: peer, nsd: peer, pdns: peer });
  };
  expect(only({}, soa, match, span)).toEqual([]);
  expect(only({}, soa, match)).toEqual(['authority']);
  expect(only({}, soa, span)).toEqual(['authority']);
  expect(only({}, match, span)).toEqual(['authority']);
  expect(only({}, soa, match, nsec3(`0${ent.slice(1)}`, 'ff'.repeat(20), '00'))).toEqual(['authority']);
  expect(only({ zone: { ...zone, signed: 'nsec3' } }, soa, match, span)).toEqual(['authority']);
  expect(only({ name: parseName('x.example.') }, soa, match, span)).toEqual(['authority']);
});
