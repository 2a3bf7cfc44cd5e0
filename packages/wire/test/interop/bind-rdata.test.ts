import { readdirSync } from 'node:fs';
import { parseRdata, typeCode } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { needing, run } from '../../../../tooling/testkit/index.ts';
import { hex, tokens, type Vectors } from '../vector.ts';

const files = readdirSync(new URL('../vectors', import.meta.url));
const all: Vectors[] = await Promise.all(files.map(async (file) => ((await import(`../vectors/${file}`)) as { vectors: Vectors }).vectors));

// named-rrchecker comes in one package with named. It says which octets BIND makes of a record.
needing(['named'], 'BIND reads RDATA in presentation format as we do', () => {
  describe.each(all)('$type', ({ type, good, badText }) => {
    test.each(good.filter(({ notInBind }) => notInBind === undefined))('$text', async ({ text, hex: expected }) => {
      const { stdout, stderr } = await run('named-rrchecker', ['-u'], { input: `IN ${type} ${text}\n` });
      expect(stderr).toBe('');
      expect(/\\# \d+ ?([0-9A-F]*)/.exec(stdout)?.[1].toLowerCase()).toBe(expected);
    });

    test.each(badText.filter(({ notInBind }) => notInBind === undefined))('refused: $text', async ({ text }) => {
      const { code } = await run('named-rrchecker', ['-u'], { input: `IN ${type} ${text}\n` });
      expect(code).not.toBe(0);
      expect(() => parseRdata(typeCode(type)!, tokens(text))).toThrow();
    });
  });
});

test('the octets above come from this package too', () => {
  expect(hex(parseRdata(1, tokens('192.0.2.1')))).toBe('c0000201');
});
