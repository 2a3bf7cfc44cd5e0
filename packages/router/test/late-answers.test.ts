import { decodeMessage, encodeMessage } from '@dnsteer/wire/records';
import { expect, test } from 'vitest';
import { DnsApp, type DnsAppOptions, type PeerFacts, type Report, type Request } from '../src/index.ts';

// Transports use the buffer of a packet, and the peer, again for the next one. That of a Buffer is where slice() copies nothing.
function transport(options: DnsAppOptions = {}) {
  const reports: Report[] = [];
  const app = new DnsApp({ report: (report) => reports.push(report), ...options });
  const packet = Buffer.alloc(512);
  const out = Buffer.alloc(4096);
  const octets = new Uint8Array(16);
  const peer = { address: 'made when asked for', octets, port: 0, family: 4, transport: 'udp' } satisfies PeerFacts & { port: number };
  const send = (id: number, name: string) => {
    const query = encodeMessage({ id, type: 'query', questions: [{ name, type: 'A' }] });
    packet.fill(0).set(query);
    octets.set([192, 0, 2, id]);
    peer.port = 1000 + id;
    return app.respond(packet, query.length, peer, out);
  };
  return { app, reports, send };
}

test('an answer that comes later is for its own query, whatever came since', async () => {
  const { app, send } = transport();
  const releases: (() => void)[] = [];
  app.on('*', async ({ req, res }) => {
    await new Promise<void>((resolve) => releases.push(resolve));
    res.answers.push({ type: 'TXT', data: `${req.name} ${req.remoteAddress} ${req.remotePort}` });
  });
  const answers = [1, 2, 3].map((id) => send(id, `n${id}.test`) as Promise<Uint8Array>);
  for (const release of releases.reverse()) release();
  const first = await Promise.all(answers);
  // Their octets stay when the exchanges are used again.
  releases.length = 0;
  const later = [4, 5, 6].map((id) => send(id, `n${id}.test`) as Promise<Uint8Array>);
  for (const release of releases) release();
  const all = [...first, ...(await Promise.all(later))].map((octets) => decodeMessage(octets));
  expect(all.map(({ id, answers: [record] }) => [id, String(record?.data)])).toEqual(
    [1, 2, 3, 4, 5, 6].map((id) => [id, `n${id}.test. 192.0.2.${id} ${1000 + id}`]),
  );
});

test('an answer that does not come in time is SERVFAIL for its own question', async () => {
  const { app, send, reports } = transport({ pendingTimeoutMs: 20 });
  app.on('never.test', () => new Promise<void>(() => {})).on('other.test', (c) => c.answer({ type: 'A', data: '192.0.2.1' }));
  const late = send(7, 'never.test') as Promise<Uint8Array>;
  send(8, 'other.test');
  expect(decodeMessage(await late)).toMatchObject({ id: 7, rcode: 'SERVFAIL', questions: [{ name: 'never.test' }] });
  expect(reports).toMatchObject([{ code: 'ERR_ROUTER_TIMEOUT', message: expect.stringContaining('never.test. A') }]);
});

test.each(['at once', 'later'])('a request that is kept never shows another query (answered %s)', async (when) => {
  const { app, send } = transport();
  const kept: Request[] = [];
  app.on('*', (c) => {
    kept.push(c.req);
    c.answer({ type: 'A', data: '192.0.2.1' });
    return when === 'later' ? Promise.resolve() : undefined;
  });
  await send(1, 'first.test');
  await send(2, 'second.test');
  const [first] = kept;
  expect([first?.name, first?.type]).toEqual(['first.test.', 'A']);
  for (const property of ['class', 'remoteAddress', 'remotePort', 'transport', 'client', 'dnssecOk', 'edns'] as const) {
    expect(() => first?.[property], property).toThrow(expect.objectContaining({ code: 'ERR_ROUTER_REQUEST_OVER' }));
  }
});
