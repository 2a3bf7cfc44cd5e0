import { parseName } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { EMPTY_NON_TERMINAL, WILDCARD_CHILD } from '../src/index.ts';
import { exampleZone, findText, rrsetText } from './zones.ts';

describe('RFC 4592 2.2.1: its example zone', () => {
  const image = exampleZone(`
*.example.            3600     TXT   "this is a wildcard"
*.example.            3600     MX    10 host1.example.
sub.*.example.        3600     TXT   "this is not a wildcard"
host1.example.        3600     A     192.0.2.1
_ssh._tcp.host1.example.  3600 SRV   0 0 22 host1.example.
_ssh._tcp.host2.example.  3600 SRV   0 0 22 host2.example.
subdel.example.       3600     NS    ns.example.com.
subdel.example.       3600     NS    ns.example.net.
`).build();
  const fromWildcard = { status: 'MISSING', closestEncloser: 'example.', labels: 1, wildcard: '*.example.' };

  test('host3.example. is synthesised from the wildcard', () => {
    expect(findText(image, 'host3.example.')).toEqual(fromWildcard);
    expect(rrsetText(image, '*.example.', 'MX')).toBe('3600 10 host1.example.');
  });

  test('foo.bar.example. is synthesised, because bar.example. does not exist', () => {
    expect(findText(image, 'foo.bar.example.')).toEqual(fromWildcard);
  });

  test('host1.example. exists, so nothing is synthesised', () => {
    expect(findText(image, 'host1.example.')).toMatchObject({ status: 'EXACT', node: 'host1.example.' });
  });

  test('sub.*.example. exists, so nothing is synthesised', () => {
    expect(findText(image, 'sub.*.example.')).toMatchObject({ status: 'EXACT', node: 'sub.*.example.' });
  });

  test('_telnet._tcp.host1.example. is not synthesised, because _tcp.host1.example. exists without data', () => {
    expect(findText(image, '_telnet._tcp.host1.example.')).toEqual({
      status: 'MISSING',
      closestEncloser: '_tcp.host1.example.',
      labels: 3,
    });
  });

  test('host.subdel.example. is not synthesised, because subdel.example. is a zone cut', () => {
    expect(findText(image, 'host.subdel.example.')).toMatchObject({ status: 'BELOW_CUT', node: 'subdel.example.' });
  });

  test('ghost.*.example. is not synthesised, because *.example. exists and has no "*" below it', () => {
    expect(findText(image, 'ghost.*.example.')).toEqual({ status: 'MISSING', closestEncloser: '*.example.', labels: 2 });
  });

  test('host2.example. is an empty non-terminal: no data, and no synthesis', () => {
    expect(findText(image, 'host2.example.')).toMatchObject({ status: 'EXACT', node: 'host2.example.' });
    expect(image.flags(image.findNode(parseName('host2.example.')))).toBe(EMPTY_NON_TERMINAL);
  });

  test('4.3.3: *.example. asked for by name is an exact match', () => {
    expect(findText(image, '*.example.')).toMatchObject({ status: 'EXACT', node: '*.example.' });
  });

  test('the closest encloser of a synthesised name knows its wildcard', () => {
    expect(image.flags(0) & WILDCARD_CHILD).toBe(WILDCARD_CHILD);
    expect(image.rrsetsOf(0)).toBe(2);
  });
});

test('RFC 4592 2.1.1: only a label of the one octet "*" is a wildcard', () => {
  const image = exampleZone(
    String.raw`
a*    TTL1 A 192.0.2.1
\*\*  60   A 192.0.2.1
`.replace('TTL1', '60'),
  ).build();
  expect(findText(image, 'x.example.')).toEqual({ status: 'MISSING', closestEncloser: 'example.', labels: 1 });
});

test('RFC 4592 2.1.2: an asterisk label need not be leftmost to exist', () => {
  const image = exampleZone('a.*.b 60 A 192.0.2.1').build();
  expect(findText(image, 'x.b.example.')).toEqual({
    status: 'MISSING',
    closestEncloser: 'b.example.',
    labels: 2,
    wildcard: '*.b.example.',
  });
  expect(image.flags(image.findNode(parseName('*.b.example.'))) & EMPTY_NON_TERMINAL).toBe(EMPTY_NON_TERMINAL);
});

test('RFC 4592 3.3.1: the source of synthesis is "*" at the closest encloser, not at a name further up', () => {
  const image = exampleZone('*   60 A 192.0.2.1\nb.c 60 A 192.0.2.2').build();
  expect(findText(image, 'a.c.example.')).toEqual({ status: 'MISSING', closestEncloser: 'c.example.', labels: 2 });
});

test('a wildcard is found at a name with many others, static and dynamic', () => {
  const builder = exampleZone('*.w 60 A 192.0.2.1\nw 60 A 192.0.2.2\nw 60 TXT t\n!.w 60 A 192.0.2.3');
  builder.addDynamic(parseName('w.example.'), [28], 7, 60);
  const image = builder.build();
  expect(findText(image, 'x.w.example.')['wildcard']).toBe('*.w.example.');
  expect(image.rrsetsOf(image.findNode(parseName('w.example.')))).toBe(2);
});
