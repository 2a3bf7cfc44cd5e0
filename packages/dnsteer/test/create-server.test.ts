import { exchangeTcp, exchangeUdp } from '@dnsteer/transport';
import { decodeMessage, encodeMessage } from '@dnsteer/wire/records';
import { afterEach, describe, expect, test } from 'vitest';
import { createServer, type DnsServer, type RequestHandler, type ServerOptions } from '../src/create-server.ts';

const servers: DnsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(100)));
});

async function start(handler: RequestHandler, options: ServerOptions = {}) {
  const server = createServer({ autoListen: false, ...options }, handler);
  servers.push(server);
  const reports: { code: string; message: string }[] = [];
  server.on('report', (report) => reports.push(report));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (name: string, type: string, exchange = exchangeUdp) => {
    const packet = encodeMessage({ id: 7, type: 'query', questions: [{ name, type, class: 'IN' }] });
    return decodeMessage(await exchange(packet, { host: '127.0.0.1', port, timeoutMs: 5000 }));
  };
  return { server, reports, ask, port };
}

describe('createServer', () => {
  test('one answer per query, over UDP and TCP, and the handler runs once', async () => {
    let calls = 0;
    const { ask } = await start((req, res) => {
      calls++;
      res.answers.push({ name: req.name, type: 'A', ttl: 30, data: { address: '192.0.2.10' } });
      res.send();
    });
    for (const exchange of [exchangeUdp, exchangeTcp]) {
      const reply = await ask('example.com', 'A', exchange);
      expect(reply.answers).toMatchObject([{ name: 'example.com', type: 'A', ttl: 30, data: '192.0.2.10' }]);
    }
    expect(calls).toBe(2);
  });

  test('res.send() may come later, or at the end of an async handler', async () => {
    const { ask, reports } = await start(async (req, res) => {
      res.answers.push({ type: 'A', ttl: 30, data: '192.0.2.10' });
      if (req.name.startsWith('timer')) setTimeout(() => res.send(), 5);
      else {
        await new Promise((resolve) => setTimeout(resolve, 5));
        res.send();
      }
      if (req.name.startsWith('timer')) await new Promise((resolve) => setTimeout(resolve, 50));
    });
    expect((await ask('timer.test', 'A')).answers).toHaveLength(1);
    expect((await ask('async.test', 'A')).answers).toHaveLength(1);
    expect(reports).toEqual([]);
  });

  test('a synchronous handler may send after it has returned', async () => {
    const { ask } = await start((_req, res) => {
      setTimeout(() => {
        res.answers.push({ type: 'A', ttl: 30, data: '192.0.2.11' });
        res.send();
      }, 5);
    });
    expect((await ask('later.test', 'A')).answers).toMatchObject([{ data: '192.0.2.11' }]);
  });

  test('a handler sees ANY as it came', async () => {
    const types: string[] = [];
    const { ask } = await start((req, res) => {
      types.push(req.type);
      res.answers.push({ type: 'A', data: '192.0.2.1' }, { type: 'AAAA', data: '2001:db8::1' });
      res.send();
    });
    expect((await ask('example.com', 'ANY')).answers).toHaveLength(2);
    expect(types).toEqual(['ANY']);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'ERR_HANDLER',
    ],
    [
      'rejects',
      async () => {
        throw new Error('boom');
      },
      'ERR_HANDLER',
    ],
    ['never sends', () => {}, 'ERR_ROUTER_TIMEOUT'],
    ['ends without sending', async () => {}, 'ERR_ROUTER_NOT_SENT'],
    [
      'pushes into the request',
      ((req: unknown) => (req as { answers: unknown[] }).answers.push(1)) as unknown as RequestHandler,
      'ERR_ROUTER_ANSWERS_ON_REQUEST',
    ],
  ])('a handler that %s: SERVFAIL, one report, and the server goes on', async (_, handler, code) => {
    const { ask, reports } = await start((req, res) => (req.name === 'fine.test.' ? res.refuse() : (handler as RequestHandler)(req, res)), {
      pendingTimeoutMs: 50,
    });
    expect((await ask('bad.test', 'A')).rcode).toBe('SERVFAIL');
    expect(reports).toMatchObject([{ code }]);
    expect(reports[0]!.message).toContain('bad.test. A');
    expect((await ask('fine.test', 'A')).rcode).toBe('REFUSED');
  });

  test('a second send() changes nothing, sends nothing, and is reported; even from a timer', async () => {
    const { ask, reports } = await start((req, res) => {
      res.answers.push({ type: 'A', data: '192.0.2.1' });
      res.send();
      res.answers.push({ type: 'A', data: '192.0.2.2' });
      if (req.name === 'now.test.') res.send();
      else setTimeout(() => res.send(), 1);
    });
    expect((await ask('later.test', 'A')).rcode).toBe('NOERROR');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await ask('now.test', 'A')).rcode).toBe('NOERROR');
    expect(reports.map(({ code }) => code)).toEqual(['ERR_ROUTER_SENT_TWICE', 'ERR_ROUTER_SENT_TWICE']);
  });

  test('a port in use is an error in one line', async () => {
    const { port } = await start((_req, res) => res.refuse());
    const second = createServer({ autoListen: false }, (_req, res) => res.refuse());
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_PORT_IN_USE',
      message: expect.not.stringContaining('\n'),
    });
  });

  test('it listens by itself on the next tick, unless told otherwise', async () => {
    const server = createServer({ host: '127.0.0.1', port: 0 }, (_req, res) => res.refuse());
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    const quiet = createServer({ host: '127.0.0.1', port: 0, autoListen: false }, (_req, res) => res.refuse());
    let listened = false;
    quiet.on('listening', () => {
      listened = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(listened).toBe(false);
  });

  test('no handler is a TypeError that says what was expected', () => {
    expect(() => createServer({} as unknown as RequestHandler)).toThrow(/expected createServer\(handler\)/);
  });
});
