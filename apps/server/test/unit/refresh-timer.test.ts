import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RefreshTimer } from '../../src/control/refresh-timer.ts';

const NOW_SECONDS = 1_800_000_000;
const DAY_SECONDS = 86_400;

let calls: number;
let errors: string[];
let outcome: () => Promise<void>;
let timer: RefreshTimer;
const secondsLater = () => Date.now() / 1000 - NOW_SECONDS;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW_SECONDS * 1000 });
  calls = 0;
  errors = [];
  outcome = async () => {};
  timer = new RefreshTimer(
    () => {
      calls++;
      return outcome();
    },
    ({ message }) => errors.push(message),
  );
});
afterEach(() => {
  timer.stop();
  vi.useRealTimers();
});

test('the earliest of what is due counts', async () => {
  timer.plan([NOW_SECONDS + 500, NOW_SECONDS + 100]);
  await vi.advanceTimersByTimeAsync(99_000);
  expect(calls).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(calls).toBe(1);
});

test('a later plan replaces the one before it', async () => {
  timer.plan([NOW_SECONDS + 100]);
  timer.plan([NOW_SECONDS + 200]);
  await vi.advanceTimersByTimeAsync(150_000);
  expect(calls).toBe(0);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(calls).toBe(1);
});

test('what is due in more days than a timer holds waits for its day', async () => {
  timer.plan([NOW_SECONDS + 60 * DAY_SECONDS]);
  await vi.advanceTimersByTimeAsync((60 * DAY_SECONDS - 1) * 1000);
  expect(calls).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(calls).toBe(1);
});

test('what is overdue is not done over and over: a second passes at least', async () => {
  timer.plan([NOW_SECONDS - 100]);
  await vi.advanceTimersByTimeAsync(999);
  expect(calls).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls).toBe(1);
});

test('a refresh that fails is told, and tried again after ten minutes', async () => {
  outcome = async () => {
    throw new Error(`no ${calls}`);
  };
  timer.plan([NOW_SECONDS + 10]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(errors).toEqual(['no 1']);
  outcome = async () => {};
  await vi.advanceTimersByTimeAsync(599_000);
  expect(calls).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect([calls, secondsLater()]).toEqual([2, 610]);
});

test('nothing due, or stopped: nothing happens', async () => {
  timer.plan([]);
  timer.plan([NOW_SECONDS + 10]);
  timer.stop();
  await vi.advanceTimersByTimeAsync(DAY_SECONDS * 1000);
  expect(calls).toBe(0);
});
