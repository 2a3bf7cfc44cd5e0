import { parseName } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { HAS_DNAME } from '../src/index.ts';
import { exampleZone, findText, problemsOf } from './zones.ts';

test('RFC 6672 3.2: a name below a DNAME is redirected, its owner is not', () => {
  const image = exampleZone('d 60 DNAME target.example.net.\nd 60 TXT beside').build();
  expect(findText(image, 'a.b.d.example.')).toEqual({ status: 'DNAME', node: 'd.example.', closestEncloser: 'd.example.', labels: 2 });
  expect(findText(image, 'd.example.')).toMatchObject({ status: 'EXACT', node: 'd.example.' });
  expect(image.flags(image.findNode(parseName('d.example.'))) & HAS_DNAME).toBe(HAS_DNAME);
});

test('RFC 6672 2.3: a DNAME at the apex, beside its NS, redirects everything below', () => {
  const image = exampleZone('@ 60 DNAME example.net.').build();
  expect(findText(image, 'www.example.')).toEqual({ status: 'DNAME', node: 'example.', closestEncloser: 'example.', labels: 1 });
  expect(findText(image, 'example.')).toMatchObject({ status: 'EXACT' });
});

test('RFC 6672 2.4: nothing stands below a DNAME', () => {
  expect(problemsOf(() => exampleZone('d 60 DNAME x.\na.b.d 60 A 192.0.2.1'))).toMatchObject([
    { code: 'ERR_ZONE_BELOW_DNAME', line: 4, message: 'expected nothing below the DNAME at d.example., found a.b.d.example.' },
  ]);
});

test('RFC 6672 2.4: but for the NSEC3 records of a zone whose apex has the DNAME', () => {
  const hash = '2T7B4G4VSA5SMI47K61MV5BV1A22BOJR';
  const image = exampleZone(`@ 60 DNAME x.\n${hash} 60 NSEC3 1 0 0 - ${hash} A`);
  expect(image.check()).toEqual([]);
});

test('RFC 6672 2.3: no DNAME beside the NS of a delegation', () => {
  expect(problemsOf(() => exampleZone('d 60 DNAME x.\nd 60 NS ns.d'))).toMatchObject([{ code: 'ERR_ZONE_DNAME_AND_NS', line: 3 }]);
});

test('RFC 6672 2.4: one DNAME at a name', () => {
  expect(problemsOf(() => exampleZone('d 60 DNAME x.\nd 60 DNAME y.'))).toMatchObject([{ code: 'ERR_ZONE_DNAME_TWICE', line: 4 }]);
});

test('a DNAME below a delegation point says nothing', () => {
  const image = exampleZone('sub 60 NS ns.example.net.\nd.sub 60 DNAME x.\na.d.sub 60 A 192.0.2.1').build();
  expect(findText(image, 'a.d.sub.example.')).toMatchObject({ status: 'BELOW_CUT', node: 'sub.example.' });
});
