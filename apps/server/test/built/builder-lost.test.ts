import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dig, needing } from '../../../../tooling/testkit/index.ts';
import { loadConfig } from '../../dist/config/load.js';
import { ControlPlane } from '../../dist/control/control-plane.js';

const zone = (serial: number, more = '') =>
  `$TTL 300\n@ SOA ns1 hostmaster ${serial} 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n${more}`;
/** Takes seconds. */
const HUGE = '$GENERATE 1-4000000 host$ A 192.0.2.1\n';

needing(['dig'], 'the thread that builds zones', () => {
  let directory: string;
  let control: ControlPlane;
  let port: number;
  const logged: string[] = [];
  const log = { info() {}, warn() {}, error: (_facts: object, text: string) => void logged.push(text) };
  const write = (text: string) => writeFileSync(join(directory, 'example.com.zone'), text);
  const serial = async () => (await dig({ port }, 'example.com', 'SOA')).answer[0]?.rdata.split(' ')[2];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dnsteer-builder-'));
    const config = join(directory, 'dnsteer.yaml');
    writeFileSync(config, 'server: { listen: ["127.0.0.1:0"] }\nzones: { example.com: { file: example.com.zone } }\n');
    write(zone(1));
    const load = () => loadConfig(config);
    control = new ControlPlane({ load, log, onLost: (error: Error) => logged.push(error.message) });
    [{ port }] = await control.start(load());
  });
  afterAll(async () => {
    await control?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('is lost in the middle of a zone: what runs goes on, and the reload that waits behind it is done', async () => {
    write(zone(2, HUGE));
    const builder = new Promise<Worker>((resolve) => process.once('worker', resolve));
    const lost = control.reload().then(
      () => 'reloaded',
      ({ message }: Error) => message,
    );
    const thread = await builder;
    const waits = control.reload();
    await once(thread, 'online');
    // It reads by now; were it done already, the reload would not fail.
    await sleep(300);
    write(zone(3));
    expect(await serial()).toBe('1');
    await thread.terminate();
    expect(await lost).toBe('the thread that builds zones ended before they were built');
    await waits;
    expect(await serial()).toBe('3');
    expect(control.epoch).toBe(2);
  });

  test('a reload that fails keeps no slab, and the next one is done', async () => {
    const octets = control.slabOctets;
    write(zone(4, 'www A 192.0.2.300\n'));
    for (let i = 0; i < 3; i++) await expect(control.reload()).rejects.toThrow(/example\.com\.zone:5:7/);
    expect(await serial()).toBe('3');
    expect(control.slabOctets).toBe(octets);
    write(zone(4));
    await Promise.all([control.reload(), control.reload()]);
    expect(await serial()).toBe('4');
    expect(control.slabOctets).toBe(octets);
    expect(logged).toEqual([]);
  });
});
