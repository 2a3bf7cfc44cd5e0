import { type Answerer, Exchange, NEXT_LINK } from '@dnsteer/router';
import { isSubdomain, parseName } from '@dnsteer/wire';
import { builderFromImage, ChangeSet, Zone, ZoneError, ZoneImage } from '@dnsteer/zone';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHOSEN, type RRsetChooser, zoneAnswerer } from '../src/index.ts';
import { begin } from './ask.ts';
import { difference, type ModelChange, ModelZone, rdataOf } from './overlay.ts';

// A few names that lie above, below and beside one another, so that cuts, wildcards and empty non-terminals come and go.
const label = fc.constantFrom('a', 'b', '*', 'ns');
const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => `${labels.join('.')}.z.`);
const data: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3').map((text): [string, string] => ['A', text]),
  fc.constantFrom('2001:db8::1', '2001:db8::2').map((text): [string, string] => ['AAAA', text]),
  fc.oneof(name, fc.constant('ns.example.')).map((text): [string, string] => ['NS', text]),
  name.map((text): [string, string] => ['MX', `10 ${text}`]),
  name.map((text): [string, string] => ['CNAME', text]),
  fc.oneof(name, fc.constant('d.example.')).map((text): [string, string] => ['DNAME', text]),
  fc.constantFrom('"x"', '"y"').map((text): [string, string] => ['TXT', text]),
  fc.constant<[string, string]>(['DS', '1 13 2 0000000000000000000000000000000000000000000000000000000000000000']),
);
const ttl = fc.constantFrom(60, 60, 300);
const addition = fc
  .tuple(name, data, ttl)
  .map(([owner, [type, rdata], ttlSeconds]): ModelChange => ({ kind: 'add', owner, type, ttlSeconds, rdata }));
/** Deletions by number, of a record that is there then. */
const step = fc.oneof(
  { weight: 3, arbitrary: addition.map((change) => ({ change, pick: -1, kind: 'add' as const })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(), fc.constantFrom('delete' as const, 'delete' as const, 'deleteRrset' as const, 'deleteName' as const), addition)
      .map(([pick, kind, change]) => ({ change, pick, kind })),
  },
);
type Step = { change: ModelChange; pick: number; kind: ModelChange['kind'] };
const steps = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });

const RUNS = Number(process.env['OVERLAY_RUNS'] ?? 40);
const TYPE_TEXTS = ['A', 'NS', 'MX', 'CNAME', 'DS', 'ANY', 'NSEC'];

const chooser: RRsetChooser = {
  choose(_id, _type, _exchange, choice) {
    choice.rdatas.push(rdataOf('A', '203.0.113.1'));
    choice.ttlSeconds = 30;
    return CHOSEN;
  },
};

const startOf = (additions: readonly ModelChange[], dynamic: readonly string[] = []): ModelZone => {
  const model = new ModelZone();
  model.dynamic = [...dynamic];
  model.apply({ kind: 'add', owner: 'z.', type: 'NS', ttlSeconds: 3600, rdata: 'ns.z.' });
  if (model.builder().check().length > 0) model.dynamic = [];
  for (const change of additions) {
    const next = model.copy();
    next.apply(change);
    if (next.builder().check().length === 0) model.records = next.records;
  }
  return model;
};

/** The change that a step is, in a zone as it is then. */
const changeOf = ({ change, pick, kind }: Step, model: ModelZone): ModelChange => {
  if (pick < 0 || model.records.length === 0) return change;
  // Now and then of what is not there.
  if (pick % 17 === 0) return { ...change, kind };
  const record = model.records[pick % model.records.length];
  return { kind, owner: record.owner, type: `TYPE${record.type}`, ttlSeconds: 0, rdata: hexText(record.rdata) };
};
const hexText = (rdata: Uint8Array) => `\\# ${rdata.length} ${Buffer.from(rdata).toString('hex')}`;

const namesToAsk = (models: readonly ModelZone[]): string[] => {
  const names = new Set<string>(['z.', 'q.z.', 'a.b.a.b.z.', 'a.ns.z.']);
  for (const { records } of models) {
    for (const { owner } of records) {
      names.add(owner);
      if (owner.length < 40) for (const below of ['q', '*', 'b']) names.add(`${below}.${owner}`);
      for (let above = owner; above !== 'z.'; above = above.slice(above.indexOf('.') + 1)) names.add(above);
    }
  }
  return [...names];
};

const exchange = new Exchange();
const out = new Uint8Array(4096);
const apex = parseName('z.');

const answersOf = async (zone: Answerer, names: readonly string[], dnssec: boolean): Promise<string[]> => {
  const answers: string[] = [];
  for (const asked of names) {
    for (const type of TYPE_TEXTS) {
      begin(exchange, `${asked} ${type}`, out, { dnssec });
      let status = await zone.answer(exchange);
      while (status === NEXT_LINK && isSubdomain(exchange.sname.octets.slice(0, exchange.sname.length), apex))
        status = await zone.answer(exchange);
      if (status === NEXT_LINK) exchange.writeDeferred();
      answers.push(`${asked} ${type} ${Buffer.from(out.subarray(0, exchange.response.finish())).toString('hex')}`);
    }
  }
  return answers;
};

const expectAlike = async (
  image: ZoneImage,
  model: ModelZone,
  records: ReturnType<ModelZone['all']>,
  names: readonly string[],
  dnssec: boolean,
) => {
  const options = { dynamic: chooser };
  const rebuilt = model.builder(records).build();
  const expected = await answersOf(zoneAnswerer(rebuilt, options), names, dnssec);
  expect(await answersOf(zoneAnswerer(image, options), names, dnssec)).toEqual(expected);
  expect({ nodes: image.nodeCount, records: image.recordCount, serial: image.serial, negative: image.negativeTtlSeconds }).toEqual({
    nodes: rebuilt.nodeCount,
    records: rebuilt.recordCount,
    serial: rebuilt.serial,
    negative: rebuilt.negativeTtlSeconds,
  });
};

/** The newest version, as another thread sees it, and built anew; and those before it, which are as they were. */
const expectAllAlike = async (versions: readonly (readonly [ZoneImage, ModelZone, ReturnType<ModelZone['all']>])[], dnssec: boolean) => {
  const names = namesToAsk(versions.map(([, version]) => version));
  const [image, model, records] = versions.at(-1)!;
  await expectAlike(new ZoneImage(image.shared, image.overlay), model, records, names, dnssec);
  await expectAlike(builderFromImage(image).build(), model, records, names, dnssec);
  const fewNames = names.filter((_, i) => i % versions.length === 0);
  for (const [before, modelBefore, recordsBefore] of versions) await expectAlike(before, modelBefore, recordsBefore, fewNames, dnssec);
};

test('a zone with overlay answers every query as one that is built of its records, and refuses what that would', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(addition, { maxLength: 12 }),
      fc.constantFrom<string[]>([], [], ['a.z.'], ['*.b.z.', 'b.a.z.']),
      steps,
      fc.boolean(),
      async (additions, dynamic, sets, isRoomy) => {
        let model = startOf(additions, dynamic);
        const first = model.builder().build((octets) => new SharedArrayBuffer(octets + (isRoomy ? 1 << 20 : 0)));
        const zone = new Zone(first);
        const versions: [ZoneImage, ModelZone][] = [[first, model]];
        for (const set of sets) {
          const next = model.copy();
          next.serial++;
          const changes = new ChangeSet().setSerial(next.serial);
          let isPossible = true;
          for (const one of set) {
            const change = changeOf(one, next);
            isPossible = next.apply(change) && isPossible;
            put(changes, change);
          }
          isPossible &&= next.builder().check().length === 0;
          if (isPossible) {
            expect(zone.apply(changes)).toBe(zone.image);
            model = next;
            versions.push([zone.image, model]);
          } else {
            const before = zone.image;
            expect(() => zone.apply(changes)).toThrow(ZoneError);
            expect(zone.image).toBe(before);
          }
        }
        await expectAllAlike(
          versions.map(([image, version]) => [image, version, version.all()]),
          false,
        );
      },
    ),
    { numRuns: RUNS },
  );
}, 120_000);

test('RFC 4034 4: a signed zone with overlay answers and denies as one that is built of its records', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(addition, { maxLength: 12 }), steps, async (additions, sets) => {
      let model = startOf(additions);
      let records = model.signed();
      const zone = new Zone(model.builder(records).build());
      const versions: [ZoneImage, ModelZone, typeof records][] = [[zone.image, model, records]];
      for (const set of sets) {
        const next = model.copy();
        next.serial++;
        for (const one of set) next.apply(changeOf(one, next));
        if (next.builder().check().length > 0) continue;
        const signed = next.signed();
        zone.apply(difference(records, signed));
        model = next;
        records = signed;
        versions.push([zone.image, model, records]);
      }
      await expectAllAlike(versions, true);
    }),
    { numRuns: RUNS },
  );
}, 120_000);

test.each<[string, string[], [string, string[]][]]>([
  [
    'RFC 1034 4.2.1: a delegation below one that goes is one then',
    ['a.z. NS ns.a.z.', 'b.a.z. NS ns.example.', 'ns.b.a.z. A 192.0.2.1', 'ns.a.z. A 192.0.2.2'],
    [['deleteRrset', ['a.z. NS']]],
  ],
  [
    'RFC 6672 2.4: a DNAME below a delegation that goes holds then',
    ['a.z. NS ns.a.z.', 'b.a.z. DNAME d.example.'],
    [['deleteRrset', ['a.z. NS']]],
  ],
  [
    'RFC 4034 4: what a new delegation hides proves nothing',
    ['a.z. TXT "x"', 'b.a.z. TXT "x"', 'c.a.z. TXT "x"', 'd.z. TXT "x"'],
    [
      ['add', ['a.z. NS ns.example.']],
      ['delete', ['a.z. NS ns.example.']],
    ],
  ],
  [
    'RFC 1034 4.2.1: an address that a new delegation hides is glue only',
    ['m.z. MX 10 x.a.z.', 'x.a.z. A 192.0.2.1'],
    [['add', ['a.z. NS x.a.z.']]],
  ],
  [
    'RFC 4592 2.2.1: a wildcard comes, changes, and goes',
    ['a.z. TXT "x"'],
    [
      ['add', ['*.a.z. TXT "x"']],
      ['add', ['*.a.z. A 192.0.2.1']],
      ['add', ['*.*.a.z. A 192.0.2.1']],
      ['deleteName', ['*.a.z. A']],
      ['deleteName', ['*.*.a.z. A']],
    ],
  ],
  [
    'RFC 4034 6.1: names next to one another go, and one of them comes back',
    ['a.z. TXT "x"', 'b.z. TXT "x"', 'c.z. TXT "x"', 'd.z. TXT "x"', 'e.z. TXT "x"'],
    [
      ['deleteName', ['b.z. A', 'd.z. A']],
      ['deleteName', ['c.z. A']],
      ['add', ['c.z. A 192.0.2.1', 'bb.z. A 192.0.2.1']],
    ],
  ],
])('%s', async (_, start, sets) => {
  const changesOf = (kind: string, text: string): ModelChange => {
    const [owner, type, ...rdata] = text.split(' ');
    return { kind: kind as ModelChange['kind'], owner, type, ttlSeconds: 60, rdata: rdata.join(' ') };
  };
  let model = startOf(start.map((text) => changesOf('add', text)));
  const plain = new Zone(model.builder().build());
  const signed = new Zone(model.builder(model.signed()).build());
  const versions: [ZoneImage, ModelZone][] = [[plain.image, model]];
  const signedVersions: [ZoneImage, ModelZone, ReturnType<ModelZone['all']>][] = [[signed.image, model, model.signed()]];
  for (const [kind, texts] of sets) {
    const next = model.copy();
    next.serial++;
    const set = new ChangeSet().setSerial(next.serial);
    for (const text of texts) {
      expect(next.apply(changesOf(kind, text))).toBe(true);
      put(set, changesOf(kind, text));
    }
    versions.push([plain.apply(set), next]);
    signedVersions.push([signed.apply(difference(model.signed(), next.signed())), next, next.signed()]);
    model = next;
  }
  await expectAllAlike(
    versions.map(([image, version]) => [image, version, version.all()]),
    false,
  );
  await expectAllAlike(signedVersions, true);
});

const put = (changes: ChangeSet, { kind, owner, type, ttlSeconds, rdata }: ModelChange): void => {
  if (kind === 'add') changes.add(owner, type, ttlSeconds, rdataOf(type, rdata));
  else if (kind === 'delete') changes.delete(owner, type, rdataOf(type, rdata));
  else if (kind === 'deleteRrset') changes.deleteRrset(owner, type);
  else changes.deleteName(owner);
};
