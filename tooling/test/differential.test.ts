import { expect, test } from 'vitest';
import { generateZones, walkRandom } from '../testkit/differential/generate.ts';
import { type Deviation, FACETS, judge, type Replies } from '../testkit/differential/judge.ts';
import { decodeReply, encodeQuestion, type Reply } from '../testkit/differential/message.ts';
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
