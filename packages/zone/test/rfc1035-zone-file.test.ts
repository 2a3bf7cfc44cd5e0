import { parseName } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { parseZoneText } from '../src/index.ts';
import { problemsOf, zoneLines } from './zones.ts';

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
    const origins = linesOf('$ORIGIN sub\na 60 SRV 1 2 3 @\na 60 SVCB 1 @\na 60 RP @ @\na 60 NSEC @ A\na 60 NAPTR 1 2 "" "" "" @');
    expect(origins).toHaveLength(5);
    for (const line of origins) expect(line).toContain(' sub.example.');
    expect(linesOf('a 60 TXT @ "@"')).toEqual(['a.example. 60 TXT "@" "@"']);
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

  test('RFC 9460 2.1: the value of a SvcParam may be in quotes; RFC 1035 5.1: a quote starts a string everywhere else', () => {
    expect(linesOf('a 60 HTTPS 1 . alpn="h2,h3" port="443"')).toEqual(['a.example. 60 HTTPS 1 . alpn="h2,h3" port=443']);
    expect(linesOf('a 60 HTTPS 1 . key65000="a (b;" port=443')).toEqual(['a.example. 60 HTTPS 1 . port=443 key65000="a (b;"']);
    expect(linesOf('a 60 TXT k="a b" c')).toEqual(['a.example. 60 TXT "k=" "a b" "c"']);
  });

  test('CRLF, tabs, a missing last newline and a byte order mark change nothing', () => {
    const zone = '@ 60 SOA a. b. (1 2\n3 4 5)\n@ 60 NS a.\na 60 TXT "x" ;c\n  60 A 192.0.2.1';
    const expected = zoneLines(parseZoneText(zone, { origin: 'example.' }));
    for (const text of [zone.replaceAll('\n', '\r\n'), zone.replaceAll(' ', '\t'), zone + '\n', '\ufeff' + zone]) {
      expect(zoneLines(parseZoneText(text, { origin: 'example.' }))).toEqual(expected);
    }
  });

  test('a CR on its own ends an entry, as in BIND, and is kept within quotes', () => {
    expect(linesOf('a 60 TXT x\rb 60 A 192.0.2.1\r\r')).toEqual(['a.example. 60 TXT "x"', 'b.example. 60 A 192.0.2.1']);
    expect(linesOf('a 60 TXT ( x\ry )\r\n 60 A 192.0.2.1')).toEqual(['a.example. 60 A 192.0.2.1', 'a.example. 60 TXT "x" "y"']);
    expect(linesOf('a 60 TXT "x\ry"')).toEqual([String.raw`a.example. 60 TXT "x\013y"`]);
    expect(linesOf('a 60 TXT x\r')).toEqual(['a.example. 60 TXT "x"']);
  });

  test('an escaped newline does not end a quoted string, and counts as a line', () => {
    const text = 'a 60 TXT "x\\\ny" z\nb 60 TXT "\\\n\\\n"';
    expect(linesOf(text)).toEqual([String.raw`a.example. 60 TXT "x\010y" "z"`, String.raw`b.example. 60 TXT "\010\010"`]);
    expect(problemsOf(() => linesOf(`${text} c\nd 60 A x`))).toMatchObject([{ line: 8, column: 8 }]);
  });

  test('parentheses may stand anywhere, nested or empty, around any word', () => {
    const [line] = linesOf('a 60 MX 1 m');
    for (const text of [
      'a (\n) 60 IN (\n MX ) 1 m',
      '(a) (60) (IN) (MX) (1) (m)',
      '(\na 60 MX 1 m )',
      'a 60 MX ( 1 ( m ) )',
      'a 60 MX (\n1 (\nm\n)\n)\n',
      '()\na () 60 MX 1 m ()\n()',
      '( a 60 MX 1 m\n)',
      'a 60 MX ( ; " ) \\\n1 m ; (\n)',
    ]) {
      expect(linesOf(text), text).toEqual([line]);
    }
    expect(linesOf('a 60 TXT (x)y "(" ")" \\( \\)')).toEqual(['a.example. 60 TXT "x" "y" "(" ")" "(" ")"']);
    expect(linesOf('$TTL ( 7\n)\n$ORIGIN (b\n)\na A 192.0.2.1')).toEqual(['a.b.example. 7 A 192.0.2.1']);
    expect(linesOf('a 60 MX 1 m\n ( 60 TXT x )')).toEqual([line, 'a.example. 60 TXT "x"']);
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

  test('a $TTL holds in the middle of a zone, and not for records before it; SOA and stated TTLs go by their own', () => {
    expect(linesOf('a 5 A 192.0.2.1\nb A 192.0.2.1\n$TTL 10\nc A 192.0.2.1\nd 7 A 192.0.2.1\ne A 192.0.2.1')).toEqual([
      'a.example. 5 A 192.0.2.1',
      'b.example. 5 A 192.0.2.1',
      'c.example. 10 A 192.0.2.1',
      'd.example. 7 A 192.0.2.1',
      'e.example. 10 A 192.0.2.1',
    ]);
  });

  test('"@" and the root as $ORIGIN', () => {
    expect(linesOf('$ORIGIN @\na 60 A 192.0.2.1\n$ORIGIN .\nb.example 60 CNAME c.d')).toEqual([
      'a.example. 60 A 192.0.2.1',
      'b.example. 60 CNAME c.d.',
    ]);
  });

  test('a directive stands at the start of its line: after a blank it is a record', () => {
    expect(problemsOf(() => linesOf('a 60 A 192.0.2.1\n $TTL 60'))).toMatchObject([{ code: 'ERR_ZONE_TYPE', line: 4, column: 2 }]);
  });

  test.each([
    ['0', 0],
    ['5s1h', 3605],
    ['1h1h', 7200],
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

describe('one mistake is told once', () => {
  const codesOf = (text: string): string[] =>
    problemsOf(() => parseZoneText(text, { origin: 'example.' })).map(({ line, column, code }) => `${line}:${column} ${code}`);

  test('a quote that is never closed within parentheses does not swallow what closes them', () => {
    expect(codesOf('a 60 TXT ( "b )\nb 60 A x')).toEqual(['1:12 ERR_ZONE_SYNTAX', '2:8 ERR_ZONE_RDATA']);
    expect(codesOf('a 60 TXT ("b\nc" )\nb 60 A x')).toEqual(['1:11 ERR_ZONE_SYNTAX', '3:8 ERR_ZONE_RDATA']);
    expect(codesOf('a 60 TXT "b\\\nc\nb 60 A x')).toEqual(['1:10 ERR_ZONE_SYNTAX', '3:8 ERR_ZONE_RDATA']);
  });

  test('a TTL that is missing or wrong', () => {
    expect(codesOf('a A 192.0.2.1\nb A 192.0.2.1\nc A 192.0.2.1')).toEqual(['1:1 ERR_ZONE_TTL']);
    expect(codesOf('$TTL 1y\na A 192.0.2.1\nb A 192.0.2.1')).toEqual(['1:6 ERR_ZONE_TTL']);
    expect(codesOf('a 1y A 192.0.2.1\nb A 192.0.2.1')).toEqual(['1:3 ERR_ZONE_TTL']);
    expect(codesOf('@ SOA a. b. 1 2 3 4 x\n@ NS a.')).toEqual(['1:21 ERR_ZONE_RDATA']);
    expect(codesOf('@ 60 SOA x\n@ 60 NS x x\na 60 A x\nb A 192.0.2.1')).toEqual([
      '1:11 ERR_ZONE_RDATA',
      '2:11 ERR_ZONE_RDATA',
      '3:8 ERR_ZONE_RDATA',
    ]);
  });

  test('a NUL before the letters of a type or class makes another word of it, in whichever order they come', () => {
    // The first of each kind to be read in this process, and the last.
    expect(codesOf('a 60 \0MB x\na 60 MB x\na 60 \0MB x')).toEqual(['1:6 ERR_ZONE_TYPE', '3:6 ERR_ZONE_TYPE']);
    expect(codesOf('a 60 \0HS MB x\na 60 HS MB x')).toEqual(['1:6 ERR_ZONE_TYPE', '2:6 ERR_ZONE_CLASS']);
  });

  test('an origin that is wrong: what is relative to it has no owner that could be wrong, but RDATA has', () => {
    expect(
      codesOf('a 60 CNAME b\n$ORIGIN c..d\na 60 A 192.0.2.1\n@ 60 A x\n$ORIGIN e\na 60 A 192.0.2.1\n$ORIGIN example.\nz.net. 60 A x'),
    ).toEqual(['2:9 ERR_ZONE_NAME', '4:8 ERR_ZONE_RDATA', '8:1 ERR_ZONE_OUT_OF_ZONE']);
    // An absolute origin is a new start, whatever the one before was.
    expect(codesOf('$ORIGIN "c"\n$ORIGIN net.\na 60 A 192.0.2.1')).toEqual(['1:9 ERR_ZONE_NAME', '3:1 ERR_ZONE_OUT_OF_ZONE']);
    expect(codesOf('$ORIGIN net. x\na.net. 60 A 192.0.2.1\na 60 A 192.0.2.1')).toEqual([
      '1:14 ERR_ZONE_DIRECTIVE',
      '2:1 ERR_ZONE_OUT_OF_ZONE',
    ]);
  });

  test('a message stays on its line and does nothing to a terminal, whatever it quotes', () => {
    const [problem] = problemsOf(() => parseZoneText('a \x1b[31m\x07 x', { origin: 'example.' }));
    expect(problem?.message).toBe(String.raw`expected a TTL, a class or a type, found "\027[31m\007"`);
    expect(problemsOf(() => parseZoneText('a 60 A "\\\n"', { origin: 'example.' }))[0]?.message).not.toContain('\n');
  });
});
