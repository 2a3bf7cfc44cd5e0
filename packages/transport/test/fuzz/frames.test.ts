import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader } from '../../src/frames.ts';
import { frame } from '../sockets.ts';

test('RFC 7766 8: however a stream is cut, the same messages come out', () => {
  const into = Buffer.alloc(65535);
  const messages = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 12 });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), fc.nat(3), (sent, cuts, readsBetween) => {
      const stream = Buffer.concat(sent.map(frame));
      const reader = new FrameReader(65535);
      const found: Uint8Array[] = [];
      const read = (most: number) => {
        for (let i = 0, octets = 0; i < most && (octets = reader.next(into)) >= 0; i++)
          found.push(Uint8Array.from(into.subarray(0, octets)));
      };
      for (let at = 0, cut = 0; at < stream.length; at += cuts[cut++ % cuts.length]!) {
        reader.push(stream.subarray(at, at + cuts[cut % cuts.length]!));
        read(readsBetween);
      }
      read(Number.POSITIVE_INFINITY);
      expect(found).toEqual(sent);
    }),
    { numRuns: 300 },
  );
});
