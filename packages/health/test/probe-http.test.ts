import { getEventListeners } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { closedPort, type Listening, listening, probeOnce, speaking, until } from './servers.ts';

const answering = (listener: RequestListener, host?: string): Promise<Listening> => listening(createServer(listener), host);

describe('http: what counts', () => {
  test('200 with its whole body is up', async () => {
    const { port } = await answering((_request, response) => response.end('fine'));
    expect(await probeOnce({ type: 'http', port })).toEqual({ result: 'success', reason: 'HTTP 200' });
  });

  test('a closed port: who refused', async () => {
    const port = await closedPort();
    expect(await probeOnce({ type: 'http', port })).toEqual({ result: 'failure', reason: `connection refused by 127.0.0.1:${port}` });
  });

  test.each<[number, number | string | (number | string)[] | undefined, string]>([
    [500, undefined, 'HTTP 500, expected 200'],
    [503, 200, 'HTTP 503, expected 200'],
    [204, undefined, 'HTTP 204, expected 200'],
    [204, '200-299', 'up'],
    [299, '200-299', 'up'],
    [300, '200-299', 'HTTP 300, expected 200-299'],
    [404, [200, 404], 'up'],
    [403, [200, 404], 'HTTP 403, expected 200 or 404'],
    [599, ['200-204', '500-599'], 'up'],
    [200, [500], 'HTTP 200, expected 500'],
  ])('status %d where %o is expected: %s', async (status, expectStatus, verdict) => {
    const { port } = await answering((_request, response) => response.writeHead(status).end());
    const outcome = await probeOnce({ type: 'http', port, ...(expectStatus === undefined ? {} : { expectStatus }) });
    expect(outcome).toEqual(verdict === 'up' ? { result: 'success', reason: `HTTP ${status}` } : { result: 'failure', reason: verdict });
  });

  test('a redirect is an answer, and not followed', async () => {
    const asked: (string | undefined)[] = [];
    const { port } = await answering((request, response) => {
      asked.push(request.url);
      response.writeHead(request.url === '/' ? 302 : 200, { location: '/elsewhere' }).end();
    });
    expect(await probeOnce({ type: 'http', port })).toEqual({ result: 'failure', reason: 'HTTP 302, expected 200' });
    expect(asked).toEqual(['/']);
  });

  test('103 Early Hints are not the answer', async () => {
    const { port } = await answering((_request, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(503).end();
    });
    expect((await probeOnce({ type: 'http', port, expectStatus: '100-299' })).reason).toBe('HTTP 503, expected 100-299');
  });

  test('a body that is cut off is a failure, by length or by chunk', async () => {
    const short = await speaking((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')));
    const chunked = await speaking((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')),
    );
    for (const { port } of [short, chunked]) {
      const outcome = await probeOnce({ type: 'http', port });
      expect(outcome).toEqual({ result: 'failure', reason: `connection closed by 127.0.0.1:${port} before the answer was complete` });
    }
  });

  test('of a long body the first MiB is enough', async () => {
    let written = 0;
    const { port, open } = await answering((_request, response) => {
      const chunk = Buffer.alloc(65_536);
      const more = () => {
        do written += chunk.length;
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    expect(await probeOnce({ type: 'http', port })).toEqual({ result: 'success', reason: 'HTTP 200' });
    await until(() => open.size === 0);
    expect(written).toBeGreaterThan(1_000_000);
  });

  test.each([
    ['closes at once', (port: number) => `connection closed by 127.0.0.1:${port} before the answer was complete`, ''],
    ['speaks something else', (port: number) => `answer of 127.0.0.1:${port} is not valid HTTP`, 'SSH-2.0-OpenSSH_9.2p1\r\n'],
  ])('a server that %s', async (_what, reason, says) => {
    const { port } = await speaking((socket) => socket.once('data', () => socket.end(says)));
    expect(await probeOnce({ type: 'http', port })).toEqual({ result: 'failure', reason: reason(port) });
  });

  test('a connection that is reset', async () => {
    const { port } = await speaking((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await probeOnce({ type: 'http', port })).toEqual({ result: 'failure', reason: `connection reset by 127.0.0.1:${port}` });
  });
});

describe('http: what is asked', () => {
  const asked = async (definition: { path?: string; host?: string }, address = '127.0.0.1') => {
    let request: IncomingMessage | undefined;
    const { port } = await answering((message, response) => {
      request = message;
      response.end();
    }, address);
    expect(await probeOnce({ type: 'http', port, ...definition }, address)).toMatchObject({ result: 'success' });
    return { port, method: request?.method, url: request?.url, headers: request?.headers };
  };

  test('GET of the path with its query, one connection per probe', async () => {
    const { method, url, headers } = await asked({ path: '/healthz?deep=1' });
    expect([method, url, headers?.connection, headers?.['user-agent']]).toEqual(['GET', '/healthz?deep=1', 'close', 'dnsteer-health']);
  });

  test('the Host header as configured, the connection to the address: no name is looked up', async () => {
    for (const host of ['www.example.com', 'www.example.com:8080', 'no-such-host.invalid', '192.0.2.1', '[2001:db8::1]:80']) {
      expect((await asked({ host })).headers?.host).toBe(host);
    }
  });

  test('without a host: the address, with the port unless it is the usual one', async () => {
    const { port, headers } = await asked({});
    expect(headers?.host).toBe(`127.0.0.1:${port}`);
  });

  test('IPv6', async () => {
    const { port, headers } = await asked({}, '::1');
    expect(headers?.host).toBe(`[::1]:${port}`);
    const closed = await closedPort();
    expect((await probeOnce({ type: 'http', port: closed }, '::1')).reason).toBe(`connection refused by [::1]:${closed}`);
  });
});

describe('http: connections', () => {
  test('nothing is kept alive: a listener that is gone is seen at once, even if its old connections live', async () => {
    const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => {
      response.setHeader('Connection', 'keep-alive');
      response.setHeader('Keep-Alive', 'timeout=60');
      response.shouldKeepAlive = true;
      response.end();
    });
    const { port, accepted, open } = await listening(server);
    for (let probe = 1; probe <= 3; probe++) {
      expect(await probeOnce({ type: 'http', port })).toMatchObject({ result: 'success' });
      expect(accepted()).toBe(probe);
    }
    await until(() => open.size === 0);
    server.close();
    expect(await probeOnce({ type: 'http', port })).toEqual({ result: 'failure', reason: `connection refused by 127.0.0.1:${port}` });
  });

  test.each([
    ['before any answer', ''],
    ['in the headers', 'HTTP/1.1 200 OK\r\nContent-'],
    ['in the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
  ])('an abort %s closes the connection and settles the probe', async (_where, says) => {
    const { port, open, accepted } = await speaking((socket) => socket.once('data', () => socket.write(says)));
    const controller = new AbortController();
    const outcome = probeOnce({ type: 'http', port }, '127.0.0.1', controller.signal);
    await until(() => accepted() === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(open.size).toBe(1);
    controller.abort();
    expect((await outcome).result).toBe('failure');
    await until(() => open.size === 0);
  });

  test('a run that is aborted already opens nothing for long', async () => {
    const { port, open } = await speaking((socket) => socket.resume());
    expect((await probeOnce({ type: 'http', port }, '127.0.0.1', AbortSignal.abort())).result).toBe('failure');
    await until(() => open.size === 0);
  });

  test('100 probes leave no connection and no listener on the signal', async () => {
    const { port, open } = await answering((_request, response) => response.end());
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 100 }, () => probeOnce({ type: 'http', port }, '127.0.0.1', signal)));
    await until(() => open.size === 0);
    await until(() => getEventListeners(signal, 'abort').length === 0);
  });
});
