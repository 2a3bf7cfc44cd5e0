import { afterEach, expect, test } from 'vitest';
import type { Snapshot } from '../../src/snapshot.ts';
import { WorkerPool, type WorkerPoolOptions } from '../../src/worker-pool.ts';
import type { Ask } from '../../src/worker-thread.ts';

const program = new URL('./fragile-worker.mjs', import.meta.url);
let pool: WorkerPool | undefined;
afterEach(() => pool?.stop(0));

/** @param own - what fragile-worker.mjs is told besides, each time that one is started. */
async function start(count: number, own: (index: number) => object = () => ({}), missed?: WorkerPoolOptions['missed']) {
  const heard: string[] = [];
  const replaced: number[] = [];
  const lost: Error[] = [];
  pool = await WorkerPool.start({
    program,
    count,
    listen: [{ host: '127.0.0.1', port: 0 }],
    start: (index, listen) => Object.assign({ index, listen, limits: {} }, own(index)),
    ...(missed && { missed }),
    report: ({ code, message }) => void heard.push(`${code} ${message}`),
    onReplaced: (index) => void replaced.push(index),
    onLost: (error) => void lost.push(error),
  });
  const swap = (epoch: number) => pool!.askAll(swapTo(epoch));
  return { heard, replaced, lost, swap };
}

const swapTo = (epoch: number): Ask => ({
  message: { kind: 'swap', snapshot: { epoch } as Snapshot },
  settles: (message) => message.kind === 'swapped' && message.epoch === epoch,
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
}

test('a worker that is lost is told and started anew; the others go on', async () => {
  const { heard, replaced, lost, swap } = await start(3);
  await swap(1);
  expect(heard.sort()).toEqual(['HEARD 0 1', 'HEARD 1 1', 'HEARD 2 1']);
  await expect(swap(-2)).rejects.toThrow('worker 1 has had enough');
  await until(() => replaced.length === 1);
  expect(replaced).toEqual([1]);
  expect(heard).toContain('ERR_DNSTEER_WORKER answering thread 1 was lost, and is started anew: worker 1 has had enough');
  await swap(2);
  expect(heard).toEqual(expect.arrayContaining(['HEARD 0 2', 'HEARD 2 2']));
  for (let epoch = 3; !heard.some((line) => line.startsWith('HEARD 1 ')) && epoch < 100; epoch++) {
    await swap(epoch);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(heard.some((line) => line.startsWith('HEARD 1 '))).toBe(true);
  expect(lost).toEqual([]);
});

test('workers that are lost again and again end it', async () => {
  const { lost, replaced } = await start(1, () => ({ dies: true }));
  await until(() => lost.length === 1);
  expect(replaced.length).toBeGreaterThan(3);
}, 60_000);

test('a worker that is started anew hears what the others were asked meanwhile, before it counts as one of them', async () => {
  const given: number[] = [];
  let epoch = 1;
  let swap = (_epoch: number): Promise<void> => Promise.resolve();
  const { heard, ...pool } = await start(
    2,
    (index) => {
      given[index] = epoch;
      // Between its data and its first word the others go on.
      if (index === 1 && epoch === 2) void swap((epoch = 3));
      return {};
    },
    (index) => (given[index] === epoch ? undefined : swapTo((given[index] = epoch))),
  );
  swap = pool.swap;
  epoch = 2;
  await expect(swap(-2)).rejects.toThrow('worker 1 has had enough');
  await until(() => heard.includes('HEARD 1 3'));
  expect(heard.filter((line) => line.startsWith('HEARD'))).toEqual(['HEARD 0 3', 'HEARD 1 3']);
});

test('who stops it ends those too that are just being started anew', async () => {
  let starts = 0;
  const { swap } = await start(1, () => ({ hangs: ++starts === 2 }));
  let threads = 0;
  process.once('worker', (thread) => {
    threads++;
    thread.once('exit', () => threads--);
  });
  await swap(-1).catch(() => undefined);
  await until(() => threads === 1);
  await pool!.stop(0);
  expect(threads).toBe(0);
});

test('who stops it twice waits twice, and cuts nothing off', async () => {
  const { heard } = await start(1, () => ({ stopMs: 200 }));
  await Promise.all([pool!.stop(5000), pool!.stop(5000)]);
  expect(heard).toEqual(['STOPPED 0']);
  await pool!.stop(60_000);
});
