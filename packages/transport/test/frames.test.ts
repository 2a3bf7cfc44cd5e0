import { expect, test } from 'vitest';
import { FrameReader, NEEDS_MORE, TOO_LONG } from '../src/frames.ts';
import { frame, message } from './sockets.ts';

const into = Buffer.alloc(65535);

function readAll(reader: FrameReader): Buffer[] {
  const found: Buffer[] = [];
  for (let octets = reader.next(into); octets >= 0; octets = reader.next(into)) found.push(Buffer.from(into.subarray(0, octets)));
  return found;
}

test('RFC 1035 4.2.2: two messages of one chunk', () => {
  const reader = new FrameReader(65535);
  reader.push(Buffer.concat([frame(message(1)), frame(message(2, 300))]));
  expect(readAll(reader)).toEqual([message(1), message(2, 300)]);
});

test('RFC 7766 8: length and message may come in pieces, down to single octets', () => {
  const reader = new FrameReader(65535);
  const found: Buffer[] = [];
  for (const octet of Buffer.concat([frame(message(1)), frame(message(2, 300))])) {
    reader.push(Buffer.of(octet));
    found.push(...readAll(reader));
  }
  expect(found).toEqual([message(1), message(2, 300)]);
});

test('the longest message there is, in two chunks, and an empty one', () => {
  const reader = new FrameReader(65535);
  const all = Buffer.concat([frame(message(3, 65535)), frame(new Uint8Array(0))]);
  reader.push(all.subarray(0, 40000));
  expect(reader.next(into)).toBe(NEEDS_MORE);
  reader.push(all.subarray(40000));
  expect(readAll(reader)).toEqual([message(3, 65535), Buffer.alloc(0)]);
});

test('a length above the limit is TOO_LONG as soon as it is read', () => {
  const whole = new FrameReader(100);
  whole.push(Buffer.of(0, 101));
  expect(whole.next(into)).toBe(TOO_LONG);
  const pieces = new FrameReader(100);
  pieces.push(Buffer.of(0));
  expect(pieces.next(into)).toBe(NEEDS_MORE);
  pieces.push(Buffer.of(101, 0));
  expect(pieces.next(into)).toBe(TOO_LONG);
});

test('what is pushed before the last chunk was read comes after it', () => {
  const reader = new FrameReader(65535);
  reader.push(Buffer.concat([frame(message(1)), frame(message(2)), frame(message(3)).subarray(0, 5)]));
  reader.next(into);
  expect(reader.hasUnread).toBe(true);
  reader.push(frame(message(3)).subarray(5));
  expect(readAll(reader)).toEqual([message(2), message(3)]);
  expect(reader.hasUnread).toBe(false);
});

test('a message that lies whole in a chunk is taken where it lies; one in pieces is not', () => {
  const reader = new FrameReader(100);
  const chunk = Buffer.concat([Buffer.of(9), frame(message(1)), frame(message(2, 20)), frame(message(3)).subarray(0, 5), Buffer.of(9)]);
  reader.push(chunk, 1, chunk.length - 1);
  expect(reader.nextInPlace()).toBe(12);
  expect(reader.nextInPlace()).toBe(20);
  expect(reader.nextInPlace()).toBe(NEEDS_MORE);
  expect(reader.next(into)).toBe(NEEDS_MORE);
  reader.push(frame(message(3)).subarray(5));
  expect(reader.nextInPlace()).toBe(NEEDS_MORE);
  expect(readAll(reader)).toEqual([message(3)]);
  reader.push(Buffer.of(0, 101));
  expect(reader.nextInPlace()).toBe(NEEDS_MORE);
  expect(reader.next(into)).toBe(TOO_LONG);
});

test('a chunk that is used again after own() does not change what was not read', () => {
  const reader = new FrameReader(65535);
  const chunk = Buffer.concat([frame(message(1)), frame(message(2, 300)), frame(message(3))]);
  reader.push(chunk);
  reader.next(into);
  reader.own();
  chunk.fill(0xff);
  expect(readAll(reader)).toEqual([message(2, 300), message(3)]);
  reader.own();
  expect(reader.next(into)).toBe(NEEDS_MORE);
});
