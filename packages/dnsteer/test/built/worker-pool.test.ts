import { afterEach, expect, test } from 'vitest';
import type { Snapshot } from '../../src/snapshot.ts';
import { WorkerPool } from '../../src/worker-pool.ts';

const program = new URL('./fragile-worker.mjs', import.meta.url);
let pool: WorkerPool | undefined;
afterEach(() => pool?.stop(0));

async function start(count: number, dies = false) {
  const heard: string[] = [];
  const replaced: number[] = [];
  const lost: Error[] = [];
  pool = await WorkerPool.start({
    program,
    count,
    listen: [{ host: '127.0.0.1', port: 0 }],
    start: (index, listen) => Object.assign({ index, listen, limits: {} }, { dies }),
    report: ({ code, message }) => void heard.push(`${code} ${message}`),
    onReplaced: (index) => void replaced.push(index),
    onLost: (error) => void lost.push(error),
  });
  const swap = (epoch: number) =>
    pool!.askAll({ kind: 'swap', snapshot: { epoch } as Snapshot }, (message) => message.kind === 'swapped' && message.epoch === epoch);
  return { heard, replaced, lost, swap };
}

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
  const { lost, replaced } = await start(1, true);
  await until(() => lost.length === 1);
  expect(replaced.length).toBeGreaterThan(3);
}, 60_000);
