import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TransportError } from './errors.ts';

const nodeGypBuild = createRequire(import.meta.url)('node-gyp-build') as (directory: string) => unknown;

/** A socket of the add-on; what is inside is its own. */
export type BatchSocket = object & { readonly __brand: 'BatchSocket' };

/** A TCP port of the add-on, with its connections. */
export type BatchPort = object & { readonly __brand: 'BatchPort' };

/** The doors of native/udp_batch.c and native/tcp_batch.c, which say what each argument means. */
export interface Addon {
  open(
    host: string,
    port: number,
    reusePort: boolean,
    receiveOctets: number,
    slots: number,
    inputOctets: number,
    outputOctets: number,
    input: Uint8Array,
    output: Uint8Array,
    peers: Uint8Array,
    lengths: Int32Array,
    onBatch: (received: number) => void,
  ): BatchSocket;
  read(socket: BatchSocket): void;
  facts(socket: BatchSocket): [port: number, receiveOctets: number, waitingAnswers: number, lostQueries: number];
  send(socket: BatchSocket, octets: Uint8Array, peer: Uint8Array): boolean;
  close(socket: BatchSocket): void;
  bindTcp(host: string, port: number, reusePort: boolean): number;
  openTcp(
    host: string,
    port: number,
    reusePort: boolean,
    backlog: number,
    capacity: number,
    inputStride: number,
    outputStride: number,
    input: Uint8Array,
    output: Uint8Array,
    peers: Uint8Array,
    table: Int32Array,
    onBatch: (rows: number) => void,
  ): BatchPort;
  listenOn(port: BatchPort, on: boolean): void;
  flushTcp(port: BatchPort): void;
  readTcp(port: BatchPort, connection: number, on: boolean): void;
  endTcp(port: BatchPort, connection: number): void;
  dropTcp(port: BatchPort, connection: number): void;
  factsTcp(port: BatchPort): [port: number, writes: number];
  closeTcp(port: BatchPort): void;
}

/** Why there is no driver `batch` on this system; undefined where there is one. */
export function batchError(): Error | undefined {
  const addon = findAddon();
  return addon instanceof Error ? addon : undefined;
}

/**
 * @param option - what it is needed for.
 * @throws TransportError ERR_TRANSPORT_NO_BATCH.
 */
export function needAddon(option: string): Addon {
  const addon = findAddon();
  if (addon instanceof Error) throw new TransportError('ERR_TRANSPORT_NO_BATCH', `${option}: ${addon.message}`, { cause: addon });
  return addon;
}

let found: Addon | Error | undefined;

/** The add-on for this system, or the error that says why there is none. Looked for once. */
export function findAddon(): Addon | Error {
  return (found ??= load());
}

function load(): Addon | Error {
  if (process.platform !== 'linux') return new Error(`batches of datagrams are for Linux, and this is ${process.platform}`);
  try {
    return nodeGypBuild(dirname(dirname(fileURLToPath(import.meta.url)))) as Addon;
  } catch (cause) {
    return new Error('the add-on for batches of datagrams was neither shipped for this system nor compiled at install', { cause });
  }
}
