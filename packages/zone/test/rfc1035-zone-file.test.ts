import { parseName } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { parseZoneText } from '../src/index.ts';
import { zoneLines } from './zones.ts';

/** The records of a zone file for `example.`, without the SOA and NS that are put before them. */
function linesOf(text: string | Uint8Array): string[] {
  const start = Buffer.from('@ 3600 SOA a. b. 1 2 3 4 5\n@ 3600 NS a.\n');
  const builder = parseZoneText(Buffer.concat([start, Buffer.from(text)]), { origin: 'example.' });
  return zoneLines(builder).filter((line) => !/^example\. 3600 (SOA|NS)/.test(line));
}

describe('RFC 1035 5.1: entries', () => {
  test('a blank at the start of a line stands for the last owner', () => {
    expect(linesOf('a 60 A 192.0.2.1\n  60 TXT x\n\t60 MX 1 m')).toEqual([
      'a.example. 60 A 192.0.2.1',
      'a.example. 60 MX 1 m.example.',
      'a.example. 60 TXT "x"',
    ]);
  });

  test('blank lines, comments and lines of blanks are no entries', () => {
    expect(linesOf('\n;c\n \t \n   ; c\na 60 A 192.0.2.1 ; c\n \n 60 TXT x;c\n')).toHaveLength(2);
  });

  test('TTL and class come in either order, or not at all', () => {
    const [a] = linesOf('a 60 IN A 192.0.2.1');
    expect(linesOf('a IN 60 A 192.0.2.1')).toEqual([a]);
    expect(linesOf('a 60 in a 192.0.2.1')).toEqual([a]);
    expect(linesOf('a CLASS1 60 TYPE1 192.0.2.1')).toEqual([a]);
    expect(linesOf('$TTL 60\na IN A 192.0.2.1')).toEqual([a]);
    expect(linesOf('$TTL 60\na A 192.0.2.1')).toEqual([a]);
  });

  test('an owner may look like a type, a class, a TTL or a directive', () => {
    expect(linesOf('a 60 A 192.0.2.1\nIN IN 60 TXT 1\nTXT TXT 2\n60 60 TXT 3\n\\$TTL 60 TXT 4')).toEqual([
      String.raw`\$ttl.example. 60 TXT "4"`.replace('ttl', 'TTL'),
      '60.example. 60 TXT "3"',
      'a.example. 60 A 192.0.2.1',
      'IN.example. 60 TXT "1"',
      'TXT.example. 60 TXT "2"',
    ]);
  });

  test('without $TTL an omitted TTL is the last one stated', () => {
    expect(linesOf('a 60 A 192.0.2.1\nb A 192.0.2.2')).toEqual(['a.example. 60 A 192.0.2.1', 'b.example. 60 A 192.0.2.2']);
  });

  test('without any TTL an SOA and what follows has its MINIMUM', () => {
    const builder = parseZoneText('@ SOA a. b. 1 2 3 4 55\n@ NS a.', { origin: 'example.' });
    expect(zoneLines(builder)).toEqual(['example. 55 NS a.', 'example. 55 SOA a. b. 1 2 3 4 55']);
  });

  test('a default TTL can be handed in', () => {
    const builder = parseZoneText('@ SOA a. b. 1 2 3 4 55\n@ 9 NS a.\na A 192.0.2.1', { origin: 'example', defaultTtlSeconds: 77 });
    expect(zoneLines(builder)[2]).toBe('a.example. 77 A 192.0.2.1');
  });
});

describe('RFC 1035 5.1: characters', () => {
  test('parentheses let an entry go on over lines', () => {
    const [line] = linesOf('a 60 MX 1 m');
    expect(linesOf('a ( 60 ;c )\n\n MX\n1 ) m')).toEqual([line]);
    expect(linesOf('a 60 MX (1(m)\n)')).toEqual([line]);
    expect(linesOf('a 60 MX(1)m')).toEqual([line]);
    // The line in parentheses starts with a word, and still is no owner.
    expect(linesOf('a 60 MX ( 1\nm ) ; c')).toEqual([line]);
  });

  test('quotes keep blanks, semicolons, parentheses; strings may stand side by side', () => {
    expect(linesOf(String.raw`a 60 TXT "b ; ( c" d"e""" "\" \\" @ "@"`)).toEqual([
      String.raw`a.example. 60 TXT "b ; ( c" "d" "e" "" "\" \\" "@" "@"`,
    ]);
  });

  test(String.raw`\DDD and \X, in names and texts`, () => {
    expect(linesOf(String.raw`a\.b\046c\032\000\\ 60 TXT a\032b\;\(\"\065`)).toEqual([
      String.raw`a\.b\.c\032\000\\.example. 60 TXT "a b;(\"A"`,
    ]);
  });

  test('"@" is the origin, as owner and in RDATA, and "\\@" is a label', () => {
    expect(linesOf('$ORIGIN sub\n@ 60 MX 1 @\n\\@ 60 CNAME \\@')).toEqual([
      'sub.example. 60 MX 1 sub.example.',
      String.raw`\@.sub.example. 60 CNAME \@.sub.example.`,
    ]);
  });

  test('octets above 127 are what they are, in UTF-8 or not', () => {
    expect(linesOf('a 60 TXT ü')).toEqual([String.raw`a.example. 60 TXT "\195\188"`]);
    expect(linesOf(Buffer.from('a 60 TXT \xfc', 'latin1'))).toEqual([String.raw`a.example. 60 TXT "\252"`]);
    expect(linesOf('ü 60 TXT x')).toEqual([String.raw`\195\188.example. 60 TXT "x"`]);
  });

  test('a part in quotes behind "=" belongs to its word (RFC 9460 2.1)', () => {
    expect(linesOf('a 60 HTTPS 1 . alpn="h2,h3" port="443"')).toEqual(['a.example. 60 HTTPS 1 . alpn="h2,h3" port=443']);
    expect(linesOf('a 60 TXT k="a b" c')).toEqual(['a.example. 60 TXT "k=a b" "c"']);
  });

  test('CRLF, tabs, a missing last newline and a byte order mark change nothing', () => {
    const zone = '@ 60 SOA a. b. (1 2\n3 4 5)\n@ 60 NS a.\na 60 TXT "x" ;c\n  60 A 192.0.2.1';
    const expected = zoneLines(parseZoneText(zone, { origin: 'example.' }));
    for (const text of [zone.replaceAll('\n', '\r\n'), zone.replaceAll(' ', '\t'), zone + '\n', '\ufeff' + zone]) {
      expect(zoneLines(parseZoneText(text, { origin: 'example.' }))).toEqual(expected);
    }
  });

  test('the longest name and label are read, one octet more is not', () => {
    const label = 'x'.repeat(63);
    // 3 x 64 + 54 + 9 octets.
    const longest = `${label}.${label}.${label}.${'y'.repeat(53)}`;
    expect(linesOf(`${longest} 60 A 192.0.2.1`)).toEqual([`${longest}.example. 60 A 192.0.2.1`]);
    expect(() => linesOf(`y${longest} 60 A 192.0.2.1`)).toThrow('a label of more than 63 octets');
    expect(() => linesOf(`${longest}y 60 A 192.0.2.1`)).toThrow('a name of more than 255 octets');
  });
});

describe('RFC 1035 5.1, RFC 2308 4: directives', () => {
  test('$ORIGIN changes what is relative, and may be relative itself', () => {
    expect(linesOf('$ORIGIN b\na 60 A 192.0.2.1\n$origin c\na 60 CNAME d\n$ORIGIN example.\na 60 TXT x')).toEqual([
      'a.example. 60 TXT "x"',
      'a.b.example. 60 A 192.0.2.1',
      'a.c.b.example. 60 CNAME d.c.b.example.',
    ]);
  });

  test('$ORIGIN leaves the last owner alone', () => {
    expect(linesOf('a 60 A 192.0.2.1\n$ORIGIN b\n 60 TXT x')).toEqual(['a.example. 60 A 192.0.2.1', 'a.example. 60 TXT "x"']);
  });

  test('$TTL holds for what follows, whatever a record states', () => {
    expect(linesOf('$TTL 10\na A 192.0.2.1\nb 20 A 192.0.2.1\nc A 192.0.2.1\n$TTL 30\nd A 192.0.2.1')).toEqual([
      'a.example. 10 A 192.0.2.1',
      'b.example. 20 A 192.0.2.1',
      'c.example. 10 A 192.0.2.1',
      'd.example. 30 A 192.0.2.1',
    ]);
  });

  test.each([
    ['0', 0],
    ['1h30m', 5400],
    ['1W2D3h4M5s', 788645],
    ['90m', 5400],
    ['2147483647', 2147483647],
  ])('a TTL of %s', (text, ttl) => {
    expect(linesOf(`$TTL ${text}\na A 192.0.2.1\nb ${text} A 192.0.2.1`)).toEqual([
      `a.example. ${ttl} A 192.0.2.1`,
      `b.example. ${ttl} A 192.0.2.1`,
    ]);
  });
});

test('RFC 3597 5: unknown types and RDATA in hexadecimal', () => {
  expect(linesOf('a 60 TYPE65400 \\# 3 aBcd EF\nb 60 A \\# 4 C0000201')).toEqual([
    'a.example. 60 TYPE65400 \\# 3 ABCDEF',
    'b.example. 60 A 192.0.2.1',
  ]);
});

test('the origin may be given as a wire name or as text', () => {
  const text = '@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a';
  expect(parseZoneText(text, { origin: 'Example' }).apex).toEqual(parseName('Example.'));
  expect(parseZoneText(text, { origin: parseName('example.') }).apex).toEqual(parseName('example.'));
});
