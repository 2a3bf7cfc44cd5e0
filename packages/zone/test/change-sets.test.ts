import { formatName, parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { builderFromImage, ChangeSet, SlabPool, Zone, ZoneImage, type ZoneMemory } from '../src/index.ts';
import { exampleZone, findText, problemsOf, rrsetText } from './zones.ts';

const RECORDS = `
www   60 A     192.0.2.1
www   60 A     192.0.2.2
www  300 MX    10 mail
mail  60 A     192.0.2.3
a.ent 60 TXT   "x"
alias 60 CNAME www
sub   60 NS    ns.sub
ns.sub 60 A    192.0.2.53
`;

const zoneOf = (records = RECORDS, memory?: ZoneMemory) => new Zone(exampleZone(records).build(), memory);
/** With a serial that moves on. */
const changes = (serial = 2025) => new ChangeSet().setSerial(serial);
const codesOf = (zone: Zone, changeSet: ChangeSet) => problemsOf(() => zone.apply(changeSet)).map(({ code, owner }) => `${code} ${owner}`);

test('RFC 2136 2.5: a record, an RRset, all of a name; and additions', () => {
  const zone = zoneOf();
  const before = zone.image;
  const image = zone.apply(
    changes()
      .delete('www.example.', 'A', '192.0.2.1')
      .deleteRrset('www.example', TYPE.MX)
      .deleteName(parseName('MAIL.example.'))
      .add('new.example.', 'TXT', 30, '"some text" more')
      .add(parseName('www.example.'), TYPE.AAAA, 60, Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
  );
  expect(image).toBe(zone.image);
  expect(rrsetText(image, 'www.example.', 'A')).toBe('60 192.0.2.2');
  expect(rrsetText(image, 'www.example.', 'AAAA')).toBe('60 2001:db8::1');
  expect(rrsetText(image, 'www.example.', 'MX')).toBeUndefined();
  expect(rrsetText(image, 'new.example.', 'TXT')).toBe('30 "some text" "more"');
  expect(findText(image, 'mail.example.').status).toBe('MISSING');
  expect(image.serial).toBe(2025);
  // Whoever reads the version before goes on to.
  expect(rrsetText(before, 'www.example.', 'A')).toBe('60 192.0.2.1 | 192.0.2.2');
  expect(findText(before, 'mail.example.').status).toBe('EXACT');
  expect(before.serial).toBe(2024);
});

test('RFC 4592 2.2.2: empty non-terminals come and go with the names below them', () => {
  const zone = zoneOf();
  zone.apply(changes().deleteName('a.ent.example.').add('x.y.z.example.', 'A', 60, '192.0.2.9'));
  expect(findText(zone.image, 'ent.example.').status).toBe('MISSING');
  expect(findText(zone.image, 'y.z.example.').status).toBe('EXACT');
  zone.apply(changes(2026).add('b.ent.example.', 'A', 60, '192.0.2.9').deleteName('x.y.z.example.'));
  expect(findText(zone.image, 'ent.example.').status).toBe('EXACT');
  expect(findText(zone.image, 'a.ent.example.')).toMatchObject({ status: 'MISSING', closestEncloser: 'ent.example.' });
  expect(findText(zone.image, 'z.example.').status).toBe('MISSING');
});

test('RFC 1034 4.2.1: a new cut hides what is below it, a removed one shows it', () => {
  const zone = zoneOf();
  zone.apply(changes().add('ent.example.', 'NS', 60, 'ns.example.net').deleteRrset('sub.example.', 'NS'));
  expect(findText(zone.image, 'a.ent.example.')).toMatchObject({ status: 'BELOW_CUT', node: 'ent.example.' });
  const hidden = zone.image.findNode(parseName('a.ent.example.'));
  expect(zone.image.isOccluded(hidden)).toBe(true);
  expect(findText(zone.image, 'ns.sub.example.').status).toBe('EXACT');
  expect(zone.image.isOccluded(zone.image.findNode(parseName('ns.sub.example.')))).toBe(false);
});

test('RFC 2181 5.2: an RRset takes the TTL of what is added; what is there is not added again', () => {
  const zone = zoneOf();
  zone.apply(changes().add('www.example.', 'A', 300, '192.0.2.2'));
  expect(rrsetText(zone.image, 'www.example.', 'A')).toBe('300 192.0.2.1 | 192.0.2.2');
  zone.apply(changes(2026).add('www.example.', 'A', 20, '192.0.2.9').add('www.example.', 'A', 30, '192.0.2.8'));
  expect(rrsetText(zone.image, 'www.example.', 'A')).toBe('20 192.0.2.1 | 192.0.2.2 | 192.0.2.9 | 192.0.2.8');
});

test('RFC 2181 5.2: an RRset that goes and comes back in one change set has the TTL that it comes back with', () => {
  const zone = zoneOf();
  zone.apply(
    changes().add('www.example.', 'A', 20, '192.0.2.9').deleteRrset('www.example.', 'A').add('www.example.', 'A', 300, '192.0.2.8'),
  );
  expect(rrsetText(zone.image, 'www.example.', 'A')).toBe('300 192.0.2.8');
  zone.apply(
    changes(2026)
      .add('www.example.', 'A', 20, '192.0.2.9')
      .delete('www.example.', 'A', '192.0.2.8')
      .delete('www.example.', 'A', '192.0.2.9')
      .add('www.example.', 'A', 60, '192.0.2.7'),
  );
  expect(rrsetText(zone.image, 'www.example.', 'A')).toBe('60 192.0.2.7');
  zone.apply(changes(2027).add('www.example.', 'A', 20, '192.0.2.9').deleteName('www.example.').add('www.example.', 'A', 90, '192.0.2.6'));
  expect(rrsetText(zone.image, 'www.example.', 'A')).toBe('90 192.0.2.6');
});

test('RFC 1982 3.2: the serial has to move on, by less than half of the round', () => {
  const soa = (serial: number) => `ns1.example.net. admin.example.net. ${serial} 7200 900 1209600 300`;
  const zone = zoneOf();
  for (const set of [
    new ChangeSet(),
    changes(2024),
    changes(2023),
    changes(2024 + 2 ** 31),
    new ChangeSet().add('example.', 'SOA', 3600, soa(1)),
  ])
    expect(codesOf(zone, set)).toEqual(['ERR_ZONE_CHANGE_SERIAL example.']);
  zone.apply(changes(2024 + 2 ** 31 - 1));
  zone.apply(new ChangeSet().add('example.', 'SOA', 60, soa(0)));
  expect(zone.image).toMatchObject({ serial: 0, soaTtlSeconds: 60, negativeTtlSeconds: 60 });
  expect(codesOf(zone, new ChangeSet().add('example.', 'SOA', 60, soa(1)).add('example.', 'SOA', 60, soa(2)))).toEqual([
    'ERR_ZONE_SOA_TWICE example.',
  ]);
  expect(codesOf(zone, new ChangeSet().delete('example.', 'SOA', soa(0)))).toEqual(['ERR_ZONE_SOA_MISSING example.']);
  zone.apply(new ChangeSet().delete('example.', 'SOA', soa(0)).add('example.', 'SOA', 60, soa(7)));
  expect(zone.image.serial).toBe(7);
});

test('all or nothing: every problem is told, and the zone is as it was', () => {
  const zone = zoneOf();
  const before = zone.image;
  const set = changes()
    .add('fine.example.', 'A', 60, '192.0.2.1')
    .delete('www.example.', 'A', '192.0.2.77')
    .deleteRrset('www.example.', 'TXT')
    .deleteName('nothing.example.')
    .add('www.example.net.', 'A', 60, '192.0.2.1')
    .add('alias.example.', 'A', 60, '192.0.2.1')
    .add('ent.example.', 'DNAME', 60, 'example.net');
  expect(codesOf(zone, set)).toEqual([
    'ERR_ZONE_CHANGE_RECORD www.example.',
    'ERR_ZONE_CHANGE_RECORD www.example.',
    'ERR_ZONE_CHANGE_RECORD nothing.example.',
    'ERR_ZONE_OUT_OF_ZONE www.example.net.',
    'ERR_ZONE_CNAME_AND_OTHER alias.example.',
    'ERR_ZONE_BELOW_DNAME ent.example.',
  ]);
  expect(zone.image).toBe(before);
  expect(findText(zone.image, 'fine.example.').status).toBe('MISSING');
  zone.apply(changes().add('fine.example.', 'A', 60, '192.0.2.1'));
  expect(findText(zone.image, 'fine.example.').status).toBe('EXACT');
});

test('what no zone may have is refused in a change set too', () => {
  const zone = zoneOf('www 60 A 192.0.2.1\nd 60 DNAME example.net.');
  const refused = (set: ChangeSet) => codesOf(zone, set).join();
  expect(refused(changes().deleteRrset('example.', 'NS'))).toBe('ERR_ZONE_NS_MISSING example.');
  expect(refused(changes().add('x.d.example.', 'A', 60, '192.0.2.1'))).toBe('ERR_ZONE_BELOW_DNAME x.d.example.');
  expect(refused(changes().add('d.example.', 'NS', 60, 'ns.example.net'))).toBe('ERR_ZONE_DNAME_AND_NS d.example.');
  expect(refused(changes().add('d.example.', 'DNAME', 60, 'example.org'))).toBe('ERR_ZONE_DNAME_TWICE d.example.');
  expect(refused(changes().add('c.example.', 'CNAME', 60, 'a.example').add('c.example.', 'CNAME', 60, 'b.example'))).toBe(
    'ERR_ZONE_CNAME_TWICE c.example.',
  );
  expect(refused(changes().add('www.example.', 'SOA', 60, 'a. b. 1 2 3 4 5'))).toBe('ERR_ZONE_SOA_PLACE www.example.');
  expect(problemsOf(() => changes().add('www.example.', 'A', 2 ** 31, '192.0.2.1'))).toMatchObject([{ code: 'ERR_ZONE_TTL' }]);
  expect(problemsOf(() => changes().add('www.example.', 'ANY', 1, '192.0.2.1'))).toMatchObject([{ code: 'ERR_ZONE_TYPE' }]);
  expect(problemsOf(() => changes().add('www.example.', 'A', 1, Uint8Array.of(1)))).toMatchObject([{ code: 'ERR_ZONE_RDATA' }]);
  expect(problemsOf(() => changes().add(Uint8Array.of(9, 1), 'A', 1, '192.0.2.1'))).toMatchObject([{ code: 'ERR_ZONE_NAME' }]);
  expect(problemsOf(() => new ChangeSet().setSerial(-1))).toMatchObject([{ code: 'ERR_ZONE_CHANGE_SERIAL' }]);
});

test('dynamic types stay; what a change set says of them changes nothing; no cut comes above them', () => {
  const builder = exampleZone(RECORDS);
  builder.addDynamic(parseName('www.example.'), [TYPE.A], 5, 60);
  const zone = new Zone(builder.build());
  zone.apply(
    changes().delete('www.example.', 'A', '192.0.2.1').add('www.example.', 'A', 60, '192.0.2.8').add('www.example.', 'TXT', 60, 'x'),
  );
  const node = zone.image.findNode(parseName('www.example.'));
  expect([zone.image.dynamicId(node, TYPE.A), zone.image.dynamicMaxTtl(node, TYPE.A), zone.image.rrset(node, TYPE.A)]).toEqual([5, 60, -1]);
  expect(rrsetText(zone.image, 'www.example.', 'TXT')).toBe('60 "x"');
  expect(codesOf(zone, changes(2026).add('www.example.', 'NS', 60, 'ns.example.net'))).toContain('ERR_ZONE_DYNAMIC_PLACE www.example.');
  zone.apply(changes(2026).deleteName('www.example.'));
  expect(findText(zone.image, 'www.example.').status).toBe('EXACT');
  expect(builderFromImage(zone.image, { dynamic: false }).build().dynamicOwnerCount).toBe(0);
});

test('RFC 4035 2.2: a signed zone takes only change sets that bring their signatures; NSEC3 none', () => {
  const rrsig = (type: string) => `${type} 13 1 60 20300101000000 20200101000000 1 example. AAAA`;
  const nsec3 = zoneOf(
    '@ 60 NSEC3PARAM 1 0 0 -\n2t7b4g4vsa5smi47k61mv5bv1a22bojr 60 NSEC3 1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA',
  );
  expect(codesOf(nsec3, changes())).toEqual(['ERR_ZONE_CHANGE_NSEC3 example.']);
  expect(codesOf(zoneOf(), changes().add('example.', 'RRSIG', 60, rrsig('SOA')))).toEqual(['ERR_ZONE_CHANGE_UNSIGNED example.']);
  const signed = zoneOf(`@ 60 RRSIG ${rrsig('SOA')}\n@ 60 RRSIG ${rrsig('NS')}\nwww 60 A 192.0.2.1\nwww 60 RRSIG ${rrsig('A')}`);
  expect(signed.image.isSigned).toBe(true);
  // The old signature over the SOA is no signature over this one.
  expect(codesOf(signed, changes())).toEqual(['ERR_ZONE_CHANGE_UNSIGNED example.']);
  const withSoa = () =>
    changes().delete('example.', 'RRSIG', rrsig('SOA')).add('example.', 'RRSIG', 60, rrsig('SOA').replace('AAAA', 'BBBB'));
  expect(codesOf(signed, withSoa().add('www.example.', 'A', 60, '192.0.2.2'))).toEqual(['ERR_ZONE_CHANGE_UNSIGNED www.example.']);
  expect(codesOf(signed, withSoa().add('new.example.', 'A', 60, '192.0.2.2'))).toEqual(['ERR_ZONE_CHANGE_UNSIGNED new.example.']);
  signed.apply(withSoa().deleteName('www.example.'));
  expect(findText(signed.image, 'www.example.').status).toBe('MISSING');
});

test('at 1/16 of the zone a rebuild is due; what comes while it is under way is not lost', () => {
  const zone = zoneOf();
  let count = 0;
  for (; !zone.isRebuildDue && count < 1000; count++) {
    const i = count;
    zone.apply(changes(3000 + i).add(`host${i}.example.`, 'A', 60, '192.0.2.1'));
  }
  // What it takes for a small zone: 256 names, or 64 KiB.
  expect(count).toBeGreaterThan(100);
  expect(count).toBeLessThanOrEqual(256);
  const old = zone.beginRebuild();
  zone.apply(changes(4000).add('late.example.', 'A', 60, '192.0.2.1').deleteName('host7.example.'));
  const rebuilt = builderFromImage(new ZoneImage(old.shared, old.overlay)).build();
  const image = zone.finishRebuild(rebuilt);
  expect(zone.isRebuildDue).toBe(false);
  expect(image.serial).toBe(4000);
  expect(findText(image, 'late.example.').status).toBe('EXACT');
  expect(findText(image, 'host7.example.').status).toBe('MISSING');
  expect(findText(image, 'host8.example.').status).toBe('EXACT');
  const nodes = [...image.nodes()].map((node) => formatName(image.octets, image.ownerAt(node)));
  expect(new Set(nodes).size).toBe(image.nodeCount);
  zone.rebuild();
  expect(zone.image.overlay).toBeUndefined();
  expect(zone.image.nodeCount).toBe(image.nodeCount);
});

test('versions made of slabs of a pool settle at a few, and a slab that is too small changes nothing', () => {
  const pool = new SlabPool();
  let epoch = 1;
  const memory = { allocate: (octets: number) => pool.acquire(octets), release: (slab: SharedArrayBuffer) => pool.retire(slab, epoch) };
  const zone = new Zone(exampleZone(RECORDS).build(memory.allocate), memory);
  for (let i = 0; i < 100; i++) {
    zone.apply(changes(3000 + i).add(`host${i % 5}.example.`, 'A', 60, `192.0.2.${i}`));
    pool.reclaim(++epoch);
  }
  expect(pool.slabCount).toBeLessThanOrEqual(5);
  const narrow = zoneOf(RECORDS, { allocate: () => new SharedArrayBuffer(8) });
  expect(codesOf(narrow, changes())).toEqual(['ERR_ZONE_IMAGE_OCTETS undefined']);
  expect(narrow.image.serial).toBe(2024);
});

test('two zones that start from one image do not see each other; a version is no start', () => {
  const image = exampleZone(RECORDS).build((octets) => new SharedArrayBuffer(octets + 100_000));
  const one = new Zone(image);
  const other = new Zone(image);
  one.apply(changes().add('one.example.', 'A', 60, '192.0.2.1'));
  other.apply(changes().add('other.example.', 'A', 60, '192.0.2.1'));
  expect(one.image.shared).toBe(image.shared);
  expect(findText(one.image, 'one.example.').status).toBe('EXACT');
  expect(findText(one.image, 'other.example.').status).toBe('MISSING');
  expect(findText(other.image, 'other.example.').status).toBe('EXACT');
  expect(findText(other.image, 'one.example.').status).toBe('MISSING');
  expect(problemsOf(() => new Zone(one.image))).toMatchObject([{ code: 'ERR_ZONE_IMAGE' }]);
  expect(problemsOf(() => new ZoneImage(exampleZone('').build().shared, one.image.overlay))).toMatchObject([{ code: 'ERR_ZONE_IMAGE' }]);
});
