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

test('the same where the chunks lie in one area that is used again, and first messages are taken where they lie', () => {
  const into = Buffer.alloc(65535);
  const area = new Uint8Array(2000);
  const messages = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 12 });
  fc.assert(
    fc.property(
      messages,
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
      fc.nat(3),
      fc.nat(900),
      (sent, cuts, readsBetween, start) => {
        const stream = Buffer.concat(sent.map(frame));
        const reader = new FrameReader(65535);
        const found: Uint8Array[] = [];
        const read = (most: number) => {
          for (let i = 0, octets = 0; i < most && (octets = reader.next(into)) >= 0; i++)
            found.push(Uint8Array.from(into.subarray(0, octets)));
        };
        for (let at = 0, cut = 0; at < stream.length; at += cuts[cut++ % cuts.length]!) {
          const chunk = stream.subarray(at, at + cuts[cut % cuts.length]!);
          area.set(chunk, start);
          const isInOrder = !reader.hasUnread;
          reader.push(area, start, start + chunk.length);
          const octets = isInOrder && readsBetween > 0 ? reader.nextInPlace() : -1;
          if (octets >= 0) found.push(area.slice(start + 2, start + 2 + octets));
          read(readsBetween);
          reader.own();
          area.fill(0xff);
        }
        read(Number.POSITIVE_INFINITY);
        expect(found).toEqual(sent);
      },
    ),
    { numRuns: 300 },
  );
});
