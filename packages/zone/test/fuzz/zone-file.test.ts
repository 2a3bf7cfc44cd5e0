import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { parseZoneText, ZoneError } from '../../src/index.ts';
import { zoneLines } from '../zones.ts';

// A long run: DNSTEER_FUZZ_TIMES=1000 makes every number of runs that many times as large.
const TIMES = Number(process.env['DNSTEER_FUZZ_TIMES'] ?? 1);
vi.setConfig({ testTimeout: 5000 * TIMES });

/** Reads hostile text: a zone comes out, or an error with at least one place; nothing else. */
function readHostile(octets: Uint8Array): void {
  try {
    parseZoneText(octets, { origin: 'example.' }).build();
  } catch (error) {
    if (!(error instanceof ZoneError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { line, column, message } of error.problems) {
      expect(line).toBeGreaterThanOrEqual(0);
      expect(column).toBeGreaterThanOrEqual(0);
      expect(message).not.toBe('');
    }
  }
}

const VALID = `$TTL 1h\n@ SOA ns h ( 1 2 3\n 4 5 ) ; c\n  NS ns\nns A 192.0.2.1\n  AAAA 2001:db8::1\n*.w TXT "a b" c\\032d\nh HTTPS 1 . alpn="h2" port=1
s NS ns.s\nns.s A 192.0.2.2\nd DNAME x.\nm MX 10 @\nr RRSIG A 13 2 60 20300101000000 20250101000000 1 @ AAAA\nn NSEC a A\nu TYPE999 \\# 2 abcd\n$ORIGIN o\nc CNAME c2\n$GENERATE 1-2 g\${0,3,n} 60 TXT "\\"a $\\" b"\nl TXT "x\\\ny"\n`;

test('the text that the mutations start from is a zone', () => {
  expect(zoneLines(parseZoneText(VALID, { origin: 'example.' }))).toHaveLength(16);
});

test('octets at random give a zone or errors with places', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readHostile), { numRuns: 300 * TIMES });
});

test('words of zone files at random give a zone or errors with places', () => {
  const words = fc.constantFrom(
    ...VALID.split(/( |\n)/),
    '(',
    ')',
    '"',
    '\\',
    '$INCLUDE',
    '$GENERATE',
    '1-3/2',
    '$',
    '\r',
    'CH',
    '99999999999',
    '\0',
    '='.repeat(300),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 60 }), (parts) => readHostile(Buffer.from(parts.join(' ')))),
    { numRuns: 300 * TIMES },
  );
});

test('a zone file with octets changed, cut out and cut off gives a zone or errors with places', () => {
  const valid = Buffer.from(VALID);
  const edit = fc.tuple(fc.nat(valid.length - 1), fc.nat(3), fc.uint8Array({ maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = valid;
      for (const [at, removed, inserted] of edits) text = Buffer.concat([text.subarray(0, at), inserted, text.subarray(at + removed)]);
      readHostile(text);
    }),
    { numRuns: 300 * TIMES },
  );
  for (let end = 0; end < valid.length; end++) readHostile(valid.subarray(0, end));
});
