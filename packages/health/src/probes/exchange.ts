import type { Socket } from 'node:net';
import { Client } from 'undici';
import { failure, type ProbeOutcome, type ProbeRun, success } from './probe.ts';
import { outcomeOfError } from './socket-error.ts';
import type { StatusSet } from './status.ts';

/** A healthy endpoint's page may be long; so much of it shows that the body flows. */
const ENOUGH_BODY_OCTETS = 1 << 20;

// Given to undici, which would else make errors with stack traces of its own for every probe.
const DONE = new Error('the probe is done');

export interface HttpQuestion {
  readonly path: string;
  /** The Host header, as it goes out. */
  readonly host: string;
  readonly expectStatus: StatusSet;
  /** For reasons. */
  readonly peer: string;
}

/**
 * One GET over a connection of its own, which is closed afterwards. The endpoint has answered when the whole body is
 * there (or the first MiB of it): a status line alone comes even from a server whose disk hangs.
 */
export async function exchangeHttp(socket: Socket, question: HttpQuestion, run: ProbeRun): Promise<ProbeOutcome> {
  // Pinned by handing over the socket; the origin is a formality, the Host header says what is asked for.
  const client = new Client('http://endpoint.invalid', {
    // Not at once: undici doesn't look for work while it asks for a connection.
    connect: (_options, callback) => queueMicrotask(() => callback(null, socket)),
    pipelining: 0,
    // The prober takes the time, over all phases together.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    run.waitingFor = 'answer';
    const { statusCode, body } = await client.request({
      method: 'GET',
      path: question.path,
      headers: { host: question.host, 'user-agent': 'dnsteer-health' },
      signal: run.signal,
    });
    if (!question.expectStatus.has(statusCode)) {
      body.on('error', () => {}).destroy();
      return failure(`HTTP ${statusCode}, expected ${question.expectStatus.text}`);
    }
    run.waitingFor = 'complete answer';
    let octets = 0;
    for await (const chunk of body) {
      octets += (chunk as Uint8Array).length;
      if (octets >= ENOUGH_BODY_OCTETS) break;
    }
    return success(`HTTP ${statusCode}`);
  } catch (error) {
    return outcomeOfError(error, question.peer);
  } finally {
    socket.destroy(DONE);
    client.destroy(DONE, () => {});
  }
}
