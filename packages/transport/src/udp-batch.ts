import { getSystemErrorName } from 'node:util';
import type { Addon, BatchSocket } from './addon.ts';
import { BatchPeer, PEER_OCTETS } from './batch-peer.ts';
import { listenError, TransportError } from './errors.ts';
import { isAnswerLength } from './listener.ts';
import type { UdpSocket, UdpSocketOptions } from './udp.ts';

/** Datagrams that are received, answered and sent together. */
const SLOTS = 64;
/** Octets of a query that are read; of a longer one the rest is lost, and it is malformed then. */
const MAX_QUERY_OCTETS = 4096;
const UNSENT = 2 * SLOTS;
const IN_CALL = UNSENT + 1;
// Rows of peers whose answers are waited for: more are made again when a burst comes.
const MOST_FREE_ROWS = 1024;

/**
 * UDP by the add-on: one system call receives up to 64 datagrams, one call of JavaScript answers them, one system call sends the answers.
 *
 * @throws TransportError as `listenUdp` does.
 */
export function openBatch(addon: Addon): (options: UdpSocketOptions) => Promise<UdpSocket> {
  return async ({ host, port, family, respond, onError, maxAnswerOctets, receiveBufferOctets, reusePort }) => {
    // Plain arrays, as those of names, zones and TCP are: one shape for whoever reads and copies octets, which costs a test less for each of them.
    const input = new Uint8Array(SLOTS * MAX_QUERY_OCTETS);
    const output = new Uint8Array(SLOTS * maxAnswerOctets);
    const table = new Uint8Array(SLOTS * PEER_OCTETS);
    const lengths = new Int32Array(IN_CALL + 1);
    const queries = slices(input, MAX_QUERY_OCTETS);
    const answers = slices(output, maxAnswerOctets);
    const peers = slices(table, PEER_OCTETS).map((row) => new BatchPeer(row, family, 'udp'));
    const freeRows: Uint8Array[] = [];
    let received = 0;
    let batches = 0;
    let pending = 0;
    let lateDropped = 0;
    let lostAtEnd = 0;
    let closed = false;

    function onBatch(count: number): void {
      if (count < 0) {
        onError(new TransportError('ERR_TRANSPORT_SOCKET', `UDP socket on ${host}: ${getSystemErrorName(count)}`));
        return;
      }
      received += count;
      batches++;
      for (let slot = 0; slot < count; slot++) {
        const peer = peers[slot]!;
        // Nothing can be sent to port 0 (RFC 768: the sender does not want an answer).
        if (peer.port === 0) continue;
        try {
          const answer = respond(queries[slot]!, lengths[slot]!, peer, answers[slot]!);
          if (typeof answer !== 'number') {
            pending++;
            const to = freeRows.pop() ?? new Uint8Array(PEER_OCTETS);
            to.set(peer.row);
            void sendLater(answer, to, slot, batches);
          } else if (isAnswerLength(answer, maxAnswerOctets, onError)) lengths[SLOTS + slot] = answer;
        } catch (error) {
          onError(error);
        }
      }
    }

    async function sendLater(answer: Promise<Uint8Array | undefined>, to: Uint8Array, slot: number, batch: number): Promise<void> {
      try {
        const octets = await answer;
        if (octets === undefined || octets.length === 0 || closed) return;
        // Still within the call that brought the query: the answer goes out with the others.
        if (lengths[IN_CALL] === 1 && batch === batches && octets.length <= maxAnswerOctets) {
          answers[slot]!.set(octets);
          lengths[SLOTS + slot] = octets.length;
        } else if (!addon.send(socket, octets, to)) lateDropped++;
      } catch (error) {
        onError(error);
      } finally {
        pending--;
        if (freeRows.length < MOST_FREE_ROWS) freeRows.push(to);
      }
    }

    let socket: BatchSocket;
    try {
      socket = addon.open(
        host,
        port,
        reusePort,
        receiveBufferOctets,
        SLOTS,
        MAX_QUERY_OCTETS,
        maxAnswerOctets,
        input,
        output,
        table,
        lengths,
        onBatch,
      );
    } catch (cause) {
      throw listenError(cause as NodeJS.ErrnoException, 'UDP', host, port);
    }
    const [boundPort, granted] = addon.facts(socket);
    addon.read(socket);
    return {
      port: boundPort,
      receiveBufferOctets: granted,
      receivedCount: () => received,
      waitingCount: () => pending + addon.facts(socket)[2],
      droppedAnswers: () => lateDropped + lengths[UNSENT]!,
      lostQueries: () => (closed ? lostAtEnd : addon.facts(socket)[3]),
      close: async () => {
        if (!closed) lostAtEnd = addon.facts(socket)[3];
        closed = true;
        addon.close(socket);
      },
    };
  };
}

function slices<T extends Uint8Array>(octets: T, each: number): T[] {
  return Array.from({ length: SLOTS }, (_, slot) => octets.subarray(slot * each, (slot + 1) * each) as T);
}
