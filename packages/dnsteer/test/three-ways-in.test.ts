import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acl, cookies, nsid } from '@dnsteer/middleware';
import { definePolicy } from '@dnsteer/steering';
import { exchangeUdp } from '@dnsteer/transport';
import { decodeMessage, encodeMessage } from '@dnsteer/wire/records';
import { createServer, DnsApp, loadZone, serve, steer } from 'dnsteer';
import { expect, test } from 'vitest';
import { ecsScope, lines, temporaryFolder } from './fixtures.ts';

// The programs by which the library is explained, as they stand there but for the port.

async function ask(port: number, name: string, type: string, options: { code: number | string; data: Uint8Array }[] = []) {
  const packet = encodeMessage({ id: 7, type: 'query', questions: [{ name, type }], additionals: [{ name: '.', type: 'OPT', options }] });
  return decodeMessage(await exchangeUdp(packet, { host: '127.0.0.1', port, timeoutMs: 2000 }));
}

test('a handler, as with node:http', async () => {
  const server = createServer((req, res) => {
    if (req.name !== 'example.com.') return res.refuse();
    res.answers.push({ name: req.name, type: 'A', ttl: 30, data: { address: '192.0.2.10' } }); // or data: '192.0.2.10'
    res.send();
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  try {
    expect(lines((await ask(port, 'EXAMPLE.com', 'A')).answers)).toEqual(['EXAMPLE.com 30 A 192.0.2.10']);
    expect((await ask(port, 'example.org', 'A')).rcode).toBe('REFUSED');
  } finally {
    await server.close(0);
  }
});

function composed() {
  const folder = temporaryFolder();
  const www = definePolicy(
    {
      name: 'web',
      pools: ['eu', 'us'],
      chain: ['up', { geotarget: { continents: { EU: ['eu'] }, default: ['us'] } }, { first: 1 }],
      ttl: { min: 5, max: 60 },
    },
    {
      pools: [
        { name: 'eu', endpoints: [{ name: 'fra1', addresses: ['203.0.113.20', '2001:db8:20::20'] }] },
        { name: 'us', endpoints: [{ name: 'iad1', addresses: ['203.0.113.30', '2001:db8:30::30'] }] },
      ],
    },
  );
  const lookup = (shard: string) => `192.0.2.${shard}`;
  writeFileSync(
    join(folder, 'example.com.zone'),
    '$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 1209600 120\n@ NS ns1\nns1 A 192.0.2.53\nwww TXT "static"\n',
  );
  return { folder, www, lookup };
}

test('an app, composed', async () => {
  const { folder, www, lookup } = composed();
  const app = new DnsApp()
    .use(nsid('ns1'), acl({ deny: ['203.0.113.0/24'] }), cookies())
    .zone('example.com', await loadZone(`${folder}/example.com.zone`))
    .on('www.example.com', ['A', 'AAAA', 'HTTPS'], steer(www))
    .on(':shard.cdn.example.com', 'A', (c) => c.answer({ type: 'A', ttl: 30, data: lookup(c.params.shard) }));
  const serving = await serve(app, { listen: ['127.0.0.1:0'] });
  try {
    const { port } = serving.addresses[0];
    expect(lines((await ask(port, 'www.example.com', 'A')).answers)).toEqual(['www.example.com 60 A 203.0.113.30']);
    expect(lines((await ask(port, '7.cdn.example.com', 'A')).answers)).toEqual(['7.cdn.example.com 30 A 192.0.2.7']);
    expect((await ask(port, 'www.example.com', 'TXT')).answers).toHaveLength(1);
    const https = await ask(port, 'www.example.com', 'HTTPS');
    expect([https.rcode, lines(https.authorities)]).toEqual(['NOERROR', ['example.com 120 SOA']]);
    const { additionals } = await ask(port, 'ns1.example.com', 'A', [
      { code: 3, data: new Uint8Array() },
      { code: 10, data: new Uint8Array(8) },
    ]);
    const options = additionals.flatMap((record) => ('options' in record ? (record.options ?? []) : []));
    expect(options.map(({ code, data }) => [code, data!.length])).toEqual([
      [3, 'ns1'.length],
      [10, 24],
    ]);
    expect((await app.query('www.example.com', 'A', { client: '203.0.113.9' })).rcode).toBe('REFUSED');
  } finally {
    await serving.close(0);
  }
});

test('tested without a socket, a clock, a database or luck', async () => {
  const { folder, www } = composed();
  const app = new DnsApp()
    .zone('example.com', await loadZone(`${folder}/example.com.zone`))
    .on('www.example.com', ['A', 'AAAA', 'HTTPS'], steer(www));

  const reply = await app.query('www.example.com', 'A', { client: '81.2.69.0/24' });
  expect(lines(reply.answers)).toEqual(['www.example.com 60 A 203.0.113.20']);
  expect(ecsScope(reply)).toBeGreaterThan(0);

  const decision = www.decide({ client: '81.2.69.0/24', type: 'A' }, { health: { eu: 'down' }, now: 0, seed: 1 });
  expect([decision.answers, decision.ttl, decision.ecsScope]).toEqual([['203.0.113.30'], 60, 0]);
  expect(decision.trace.map(({ filter }) => filter)).toEqual(['up', 'geotarget', 'first']);
  expect(decision.trace[0]).toEqual({
    filter: 'up',
    in: [['eu/fra1', 'us/iad1']],
    out: [['us/iad1']],
    reason: expect.stringContaining('eu'),
  });
});
