import { expect, test } from 'vitest';
import { exampleZone, rrsetText } from './zones.ts';

test('RFC 2181 5: no two records of an RRset have the same data; the first stays', () => {
  const image = exampleZone('a 60 A 192.0.2.2\na 60 A 192.0.2.1\na 60 A 192.0.2.2').build();
  expect(rrsetText(image, 'a.example.', 'A')).toBe('60 192.0.2.2 | 192.0.2.1');
  expect(image.recordCount).toBe(4);
});

test('RFC 2181 5: names in RDATA are the same in any case, texts are not', () => {
  const image = exampleZone('a 60 MX 1 Mail\na 60 MX 1 mAIL\na 60 TXT Mail\na 60 TXT mAIL').build();
  expect(rrsetText(image, 'a.example.', 'MX')).toBe('60 1 Mail.example.');
  expect(rrsetText(image, 'a.example.', 'TXT')).toBe('60 "Mail" | "mAIL"');
});

test('RFC 2181 5: duplicates are found in large RRsets, too', () => {
  const addresses = Array.from({ length: 300 }, (_, i) => `192.0.${i >> 7}.${i & 127}`);
  const lines = [...addresses, ...addresses].map((address) => `a 60 A ${address}`);
  const names = Array.from({ length: 40 }, (_, i) => `a 60 NS ${i & 1 ? 'NS' : 'ns'}${i >> 1}`);
  const image = exampleZone([...lines, ...names].join('\n')).build();
  expect(rrsetText(image, 'a.example.', 'A')).toBe('60 ' + addresses.join(' | '));
  expect(rrsetText(image, 'a.example.', 'NS')?.split('|').length).toBe(20);
});

test('RFC 2181 5.2: an RRset has one TTL, the least', () => {
  const image = exampleZone('a 60 A 192.0.2.1\na 30 A 192.0.2.2\na 90 A 192.0.2.3\na 10 A 192.0.2.1\na 7 TXT x').build();
  expect(rrsetText(image, 'a.example.', 'A')).toBe('10 192.0.2.1 | 192.0.2.2 | 192.0.2.3');
  expect(rrsetText(image, 'a.example.', 'TXT')).toBe('7 "x"');
});

test('RFC 2181 10.1: a CNAME and its owner name have nothing beside them', () => {
  expect(() => exampleZone('a 60 CNAME b\na 60 TXT x')).toThrow(
    'line 4:6: a.example. has a CNAME, so expected no other record there, found TXT',
  );
  expect(() => exampleZone('a 60 CNAME b\na 60 CNAME c')).toThrow('line 4:1: expected one CNAME record at a.example., found another');
  expect(() => exampleZone('a 60 CNAME b\na 60 CNAME b.example.\n')).not.toThrow();
});
