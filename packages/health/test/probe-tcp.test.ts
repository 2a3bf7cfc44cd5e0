import { describe, expect, test } from 'vitest';
import { outcomeOfError } from '../src/probes/socket-error.ts';
import { closedPort, probeOnce, speaking, until } from './servers.ts';

describe('tcp', () => {
  test.each(['127.0.0.1', '::1'])('%s: a connection that is accepted is enough; it is closed, and nothing is sent', async (address) => {
    const octets: Buffer[] = [];
    const { port, accepted, open } = await speaking((socket) => socket.on('data', (chunk) => octets.push(chunk)), address);
    const peer = address === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`;
    expect(await probeOnce({ type: 'tcp', port }, address)).toEqual({ result: 'success', reason: `connected to ${peer}` });
    await until(() => accepted() === 1 && open.size === 0);
    expect(octets).toEqual([]);
  });

  test('a closed port', async () => {
    const port = await closedPort();
    expect(await probeOnce({ type: 'tcp', port })).toEqual({ result: 'failure', reason: `connection refused by 127.0.0.1:${port}` });
  });

  test('a run that is aborted already', async () => {
    const { port, open } = await speaking((socket) => socket.resume());
    expect(await probeOnce({ type: 'tcp', port }, '127.0.0.1', AbortSignal.abort())).toMatchObject({ result: 'failure' });
    await until(() => open.size === 0);
  });
});

describe('reasons', () => {
  const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });

  test.each([
    ['EHOSTUNREACH', 'failure', 'no route to host 192.0.2.1:80'],
    ['ETIMEDOUT', 'failure', 'connection to 192.0.2.1:80 timed out'],
    ['EMFILE', 'inconclusive', 'the prober is out of resources (EMFILE)'],
    ['EADDRNOTAVAIL', 'inconclusive', 'the prober is out of local ports or addresses (EADDRNOTAVAIL)'],
  ])('%s', (code, result, reason) => {
    expect(outcomeOfError(withCode(code), '192.0.2.1:80')).toEqual({ result, reason });
  });

  test('an error that we have no words for speaks for itself, in one line', () => {
    expect(outcomeOfError(withCode('EODD', 'odd thing\nwith details'), '192.0.2.1:80').reason).toBe('odd thing (192.0.2.1:80)');
    expect(outcomeOfError('just text', '192.0.2.1:80').reason).toBe('just text (192.0.2.1:80)');
  });
});
