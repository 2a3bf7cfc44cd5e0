// Answers from static zones by the driver `batch`, and counts what becomes of its heap from one message of its parent to the next: { octets, collections, turns }
// of the event loop.
// Needs --expose-gc.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PerformanceObserver, performance } from 'node:perf_hooks';

const load = createRequire(new URL('../../package.json', import.meta.url));
const { DnsApp, zoneText } = load('./dist/index.js');
const { cookies } = load('../middleware/dist/index.js');
const { listenUdp } = load('@dnsteer/transport');

const hosts = Array.from({ length: 1000 }, (_, i) => `h${i} A 192.0.2.${i % 250}`).join('\n');
const text = `$TTL 300\n@ SOA ns1 host 1 3600 600 86400 300\n@ NS ns1\nns1 A 127.0.0.1\nsub NS ns.sub\nns.sub A 127.0.0.2\n${hosts}\n`;
const keys = mkdtempSync(join(tmpdir(), 'dnsteer-static-'));
const app = new DnsApp({ nowSeconds: () => 1_800_000_000 })
  .use(cookies())
  .zone('plain.test', zoneText(text))
  .zone('signed.test', zoneText(text), { dnssec: { keys } });
await app.prepare();
rmSync(keys, { recursive: true });

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ['gc'] });
const respond = process.argv[2] === 'careless' ? careless(app.respond) : app.respond;
const udp = await listenUdp({ host: '127.0.0.1', port: 0, respond, driver: 'batch' });

let before = 0;
let turnsBefore = 0;
const turnsNow = () => performance.nodeTiming.uvMetricsInfo.loopCount;
process.on('message', async () => {
  const octets = process.memoryUsage().heapUsed - before;
  // An observer hears of a collection in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const heard = { octets, collections, turns: turnsNow() - turnsBefore };
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 20));
  collections = 0;
  process.send(heard, () => {
    turnsBefore = turnsNow();
    before = process.memoryUsage().heapUsed;
  });
});
process.send({ port: udp.address.port });

/** Makes one object for each packet, which is what must not go unnoticed. */
function careless(answer) {
  const kept = { last: undefined };
  return (packet, length, peer, out) => {
    kept.last = { length };
    return answer(packet, length, peer, out);
  };
}
