import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { listening, probeOnce, speaking } from './servers.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8');
// Self-signed, for www.example.com and 127.0.0.1.
const valid = fixture('valid');

async function serving(cert = valid, host?: string) {
  const seen: { servername: string | false | null; host: string | undefined; resumed: boolean }[] = [];
  const server = createServer({ key: fixture('key'), cert }, (request, response) => {
    const socket = request.socket as TLSSocket & { servername: string | false | null };
    seen.push({ servername: socket.servername, host: request.headers.host, resumed: socket.isSessionReused() });
    response.end('fine');
  });
  return { ...(await listening(server, host)), seen };
}

describe('https', () => {
  test('a self-signed certificate is rejected', async () => {
    const { port, seen } = await serving();
    expect(await probeOnce({ type: 'https', port, host: 'www.example.com' })).toEqual({
      result: 'failure',
      reason: `certificate of 127.0.0.1:${port} is self-signed`,
    });
    expect(seen).toEqual([]);
  });

  test('and accepted with verifyCertificate: false', async () => {
    const { port } = await serving();
    expect(await probeOnce({ type: 'https', port, verifyCertificate: false })).toEqual({ result: 'success', reason: 'HTTP 200' });
  });

  test('and accepted as its own authority: by name with SNI, by address without', async () => {
    const { port, seen } = await serving();
    expect(await probeOnce({ type: 'https', port, host: 'www.example.com', ca: valid })).toMatchObject({ result: 'success' });
    expect(await probeOnce({ type: 'https', port, host: 'www.example.com:443', ca: valid })).toMatchObject({ result: 'success' });
    expect(await probeOnce({ type: 'https', port, ca: valid })).toMatchObject({ result: 'success' });
    expect(seen).toEqual([
      { servername: 'www.example.com', host: 'www.example.com', resumed: false },
      { servername: 'www.example.com', host: 'www.example.com:443', resumed: false },
      { servername: false, host: `127.0.0.1:${port}`, resumed: false },
    ]);
  });

  test.each(['other.example.com', '127.0.0.2', '[::1]'])('a certificate for somebody else: %s', async (host) => {
    const { port } = await serving();
    const { result, reason } = await probeOnce({ type: 'https', port, host, ca: valid });
    expect(result).toBe('failure');
    expect(reason).toContain("does not match certificate's altnames");
  });

  test('an expired certificate', async () => {
    const expired = fixture('expired');
    const { port } = await serving(expired);
    const outcome = await probeOnce({ type: 'https', port, host: 'www.example.com', ca: expired });
    expect(outcome).toEqual({ result: 'failure', reason: `certificate of 127.0.0.1:${port} has expired` });
  });

  test('a server without TLS', async () => {
    const { port } = await speaking((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await probeOnce({ type: 'https', port })).toEqual({ result: 'failure', reason: `127.0.0.1:${port} does not speak TLS` });
  });

  test('a server that closes during the handshake', async () => {
    const { port } = await speaking((socket) => socket.once('data', () => socket.end()));
    expect(await probeOnce({ type: 'https', port })).toEqual({ result: 'failure', reason: `connection reset by 127.0.0.1:${port}` });
  });

  test('IPv6', async () => {
    const { port, seen } = await serving(valid, '::1');
    expect(await probeOnce({ type: 'https', port, host: 'www.example.com', ca: valid }, '::1')).toMatchObject({ result: 'success' });
    expect(seen).toMatchObject([{ servername: 'www.example.com' }]);
  });
});
