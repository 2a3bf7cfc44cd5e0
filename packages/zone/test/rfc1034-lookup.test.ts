import { formatRdata, parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { APEX, DELEGATION_POINT, EMPTY_NON_TERMINAL, HAS_CNAME, OCCLUDED, parseZoneText, ZoneImage } from '../src/index.ts';
import { exampleZone, findText, ownerText, rdatasAt, rrsetText } from './zones.ts';

const image = exampleZone(`
WWW             300 A     192.0.2.1
www             300 A     192.0.2.2
www             300 AAAA  2001:db8::1
alias           60  CNAME www
deep.er.name    60  TXT   here
sub             60  NS    ns.sub
sub             60  NS    ns.elsewhere.example.net.
sub             60  DS    1 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
ns.sub          60  A     192.0.2.53
lower.cut.sub   60  NS    ns.sub
*.sub           60  TXT   "never shown"
sub2            60  TXT   "begins like sub, and is not below it"
`).build();

test('RFC 1034 4.3.2 step 3a: the whole of QNAME is matched', () => {
  expect(findText(image, 'www.example.')).toEqual({ status: 'EXACT', node: 'WWW.example.', closestEncloser: 'WWW.example.', labels: 2 });
  expect(findText(image, 'example.')).toEqual({ status: 'EXACT', node: 'example.', closestEncloser: 'example.', labels: 1 });
  expect(rrsetText(image, 'www.example.', 'A')).toBe('300 192.0.2.1 | 192.0.2.2');
  expect(rrsetText(image, 'www.example.', 'AAAA')).toBe('300 2001:db8::1');
  expect(rrsetText(image, 'www.example.', 'TXT')).toBeUndefined();
});

test('RFC 1034 4.3.2 step 3a: a CNAME is marked, so that QTYPE need not be looked for twice', () => {
  expect(image.flags(image.findNode(parseName('alias.example.'))) & HAS_CNAME).toBe(HAS_CNAME);
  expect(image.flags(image.findNode(parseName('www.example.'))) & HAS_CNAME).toBe(0);
});

test('RFC 1034 4.3.2 step 3b: a match that would leave the authoritative data ends at the delegation point', () => {
  const cut = { status: 'BELOW_CUT', node: 'sub.example.', closestEncloser: 'sub.example.', labels: 2 };
  expect(findText(image, 'a.sub.example.')).toEqual(cut);
  expect(findText(image, 'a.b.c.sub.example.')).toEqual(cut);
});

test('RFC 1034 4.2.1: glue and cuts below a cut are not found, whether they have nodes or not', () => {
  expect(findText(image, 'ns.sub.example.')).toMatchObject({ status: 'BELOW_CUT', node: 'sub.example.' });
  expect(findText(image, 'x.lower.cut.sub.example.')).toMatchObject({ status: 'BELOW_CUT', node: 'sub.example.' });
  const glue = image.findNode(parseName('NS.sub.example.'));
  expect(ownerText(image, glue)).toBe('ns.sub.example.');
  expect(image.flags(glue)).toBe(OCCLUDED);
  expect(image.flags(image.findNode(parseName('lower.cut.sub.example.')))).toBe(OCCLUDED);
  expect(image.flags(image.findNode(parseName('cut.sub.example.')))).toBe(OCCLUDED | EMPTY_NON_TERMINAL);
});

test('RFC 4035 3.1.4.1: the delegation point itself is found, so that the parent can answer for DS', () => {
  expect(findText(image, 'sub.example.')).toMatchObject({ status: 'EXACT', node: 'sub.example.' });
  const node = image.findNode(parseName('sub.example.'));
  expect(image.flags(node) & DELEGATION_POINT).toBe(DELEGATION_POINT);
  expect(image.rrset(node, TYPE.DS)).toBeGreaterThan(-1);
});

test('RFC 1034 4.3.2 step 3b: NS at the apex are no cut', () => {
  expect(image.flags(0)).toBe(APEX);
  expect(ownerText(image, 0)).toBe('example.');
  expect(findText(image, 'sub2.example.').status).toBe('EXACT');
});

test('RFC 1034 4.3.2 step 3c: without a match the closest encloser says whether "*" may answer', () => {
  expect(findText(image, 'x.y.www.example.')).toEqual({ status: 'MISSING', closestEncloser: 'WWW.example.', labels: 2 });
  expect(findText(image, 'su.example.')).toEqual({ status: 'MISSING', closestEncloser: 'example.', labels: 1 });
});

test('RFC 4592 2.2.2: a name that only has names below it exists', () => {
  expect(findText(image, 'er.name.example.')).toMatchObject({ status: 'EXACT', node: 'er.name.example.' });
  expect(findText(image, 'name.example.')).toMatchObject({ status: 'EXACT', node: 'name.example.' });
  const node = image.findNode(parseName('er.name.example.'));
  expect(image.flags(node)).toBe(EMPTY_NON_TERMINAL);
  expect(image.rrsetsOf(node)).toBe(0);
  expect(ownerText(image, image.parent(node))).toBe('name.example.');
  expect(findText(image, 'no.er.name.example.')).toEqual({ status: 'MISSING', closestEncloser: 'er.name.example.', labels: 3 });
});

test('RFC 4343 4.1: the case of the zone file is kept, and compared with no regard to case', () => {
  expect(findText(image, 'wWw.EXAMPLE.')['node']).toBe('WWW.example.');
  expect(image.findNode(parseName('wWw.EXAMPLE.'))).toBe(image.findNode(parseName('www.example.')));
});

test('a name elsewhere has no node', () => {
  for (const name of ['example.net.', 'www.example.net.', 'www.', '.']) expect(image.findNode(parseName(name))).toBe(-1);
});

test('all RRsets of a node follow one another by type', () => {
  const node = image.findNode(parseName('sub.example.'));
  const first = image.firstRrset(node);
  expect(image.rrsetsOf(node)).toBe(2);
  expect([image.rrsetType(first), image.rrsetType(first + 1)]).toEqual([TYPE.NS, TYPE.DS]);
  expect(rdatasAt(image, image.rrsetAt(first), image.rrsetCount(first)).map((rdata) => formatRdata(TYPE.NS, rdata))).toEqual([
    'ns.sub.example.',
    'ns.elsewhere.example.net.',
  ]);
});

test('every thread sees the same image through the shared memory alone', () => {
  const again = new ZoneImage(image.shared);
  expect(findText(again, 'a.sub.example.')).toEqual(findText(image, 'a.sub.example.'));
  expect(again).toMatchObject({ serial: 2024, nodeCount: image.nodeCount, recordCount: 14, apexLabelCount: 1, isSigned: false });
  expect(ownerText(again, 0)).toBe('example.');
});

test('RFC 1034 3.1: the root is a zone as any other', () => {
  const root = parseZoneText('. 60 SOA a. b. 1 2 3 4 5\n@ 60 NS a.\ncom 60 NS a.\nwww.net 60 A 192.0.2.1', { origin: '.' }).build();
  expect(findText(root, '.')).toEqual({ status: 'EXACT', node: '.', closestEncloser: '.', labels: 0 });
  expect(findText(root, 'example.com.')).toMatchObject({ status: 'BELOW_CUT', node: 'com.' });
  expect(findText(root, 'a.net.')).toEqual({ status: 'MISSING', closestEncloser: 'net.', labels: 1 });
});
