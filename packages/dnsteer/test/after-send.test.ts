import { afterEach, expect, test } from 'vitest';
import { createServer, type RequestHandler } from '../src/create-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function reporting(handler: RequestHandler) {
  const server = createServer({ autoListen: false }, handler);
  const reports: { code: string; message: string }[] = [];
  server.on('report', (report) => reports.push(report));
  return { server, reports };
}

const A = { type: 'A', ttl: 30, data: '192.0.2.10' };

test.each<[string, RequestHandler]>([
  [
    'throws',
    (_req, res) => {
      res.answers.push(A);
      res.send();
      throw new Error('boom');
    },
  ],
  [
    'rejects at once',
    async (_req, res) => {
      res.answers.push(A);
      res.send();
      throw new Error('boom');
    },
  ],
  [
    'sends later and then rejects',
    async (_req, res) => {
      await Promise.resolve();
      res.answers.push(A);
      res.send();
      await Promise.resolve();
      throw new Error('boom');
    },
  ],
])('a handler that %s after send(): the answer stands, and the failure is told', async (_, handler) => {
  const { server, reports } = reporting(handler);
  expect((await server.query('example.com', 'A')).answers).toMatchObject([{ data: '192.0.2.10' }]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(reports).toMatchObject([{ code: 'ERR_HANDLER', message: 'example.com. A: the handler threw after res.send(): boom' }]);
});

test('after a port in use, another can be tried', async () => {
  const first = createServer({ autoListen: false }, (_req, res) => res.refuse());
  const second = createServer((_req, res) => res.refuse());
  closing.push(
    () => first.close(0),
    () => second.close(0),
  );
  const { port } = await first.listen({ host: '127.0.0.1', port: 0 });
  await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_PORT_IN_USE' });
  expect((await second.listen({ host: '127.0.0.1', port: 0 })).port).not.toBe(port);
});

test('a second send() from a timer is told by the name it was about, whatever is asked by then', async () => {
  const { server, reports } = reporting((req, res) => {
    res.answers.push(A);
    res.send();
    if (req.name === 'late.test.') setTimeout(() => res.send(), 1);
  });
  await server.query('late.test', 'A');
  await server.query('fine.test', 'AAAA');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(reports).toMatchObject([{ code: 'ERR_ROUTER_SENT_TWICE', message: expect.stringMatching(/^late\.test\. A: /) }]);
});
