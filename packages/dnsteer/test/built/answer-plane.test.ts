import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { HealthTable } from '@dnsteer/health';
import { SlabPool } from '@dnsteer/zone';
import { AnswerPlane, buildZones, SharedClock, type Snapshot } from 'dnsteer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dig } from '../../../../tooling/testkit/index.ts';
import { eventually } from './program.ts';

const APEX = new TextEncoder().encode('\x07example\x03com\x00');

let directory: string;
let plane: AnswerPlane | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnsteer-plane-'));
});
afterEach(async () => {
  await plane?.stop(0);
  rmSync(directory, { recursive: true, force: true });
});

async function snapshotOf(epoch: number, pool: SlabPool): Promise<Snapshot> {
  const file = join(directory, 'zone');
  writeFileSync(file, `$TTL 300\n@ SOA ns1 hostmaster ${epoch} 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n`);
  const [built] = await buildZones([{ apex: APEX, file, dynamic: [], keys: [] }], pool, 1_800_000_000);
  return {
    epoch,
    zones: [{ apex: APEX, slab: built!.slab, at: built!.at, policies: [], keys: [] }],
    pools: [],
    policies: [],
    slots: {},
    health: new HealthTable().shared,
    clock: new SharedClock().shared,
    geo: [],
    geoVersion: 0,
    clientSubnet: 'none',
    maxUdpPayload: 1232,
  };
}

test('a thread that is started anew while another snapshot is swapped in answers from that one', async () => {
  const threads: Worker[] = [];
  const note = (thread: Worker) => void threads.push(thread);
  const pool = new SlabPool();
  const [first, second] = [await snapshotOf(1, pool), await snapshotOf(2, pool)];
  process.on('worker', note);
  const started = await AnswerPlane.start(first, {
    listen: [{ host: '127.0.0.1', port: 0 }],
    workers: 2,
    report: () => {},
    onLost: (error) => {
      throw error;
    },
  });
  plane = started.plane;
  const again = new Promise<void>((resolve) => process.once('worker', () => resolve()));
  await threads[1]!.terminate();
  await again;
  process.off('worker', note);
  // It has its data, the first snapshot, and does not listen yet.
  await plane.swap(second);
  await eventually(
    () => plane!.epoch,
    (epoch) => epoch === 2,
  );
  const serials = new Set<string>();
  for (let i = 0; i < 40; i++) {
    const { answer } = await dig(started.addresses[0]!, 'example.com', 'SOA', '+tries=3', '+time=1');
    serials.add(answer[0]!.rdata.split(' ')[2]!);
  }
  expect([...serials]).toEqual(['2']);
});
