import { expect, test } from 'vitest';
import { OutBuffers } from '../src/out-buffers.ts';

test('one buffer serves as long as nothing is queued', () => {
  const out = new OutBuffers(512);
  const first = out.current;
  for (let i = 0; i < 10; i++) out.sent(0);
  expect(out.current).toBe(first);
  expect(first.view(40)).toBe(first.view(40));
  expect(first.view(40)).toHaveLength(40);
  expect(first.view(40).buffer).toBe(first.octets.buffer);
});

test('a buffer in flight is not handed out again before the queue is empty', () => {
  const out = new OutBuffers(512);
  const used = new Set([out.current]);
  for (let queued = 1; queued <= 5; queued++) {
    out.sent(queued);
    expect(used.has(out.current)).toBe(false);
    used.add(out.current);
  }
  expect(out.heldCount).toBe(5);
  out.sent(1); // fewer are queued, but nobody knows which
  expect(used.has(out.current)).toBe(false);
  out.sent(0);
  expect(out.heldCount).toBe(0);
  out.sent(1);
  expect(used.has(out.current)).toBe(true);
});
