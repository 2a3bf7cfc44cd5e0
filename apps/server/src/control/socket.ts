import { chmodSync, lstatSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, relative } from 'node:path';

/** What the CLI asks the running server: one line of JSON. */
export interface ControlRequest {
  readonly command: string;
  readonly arguments?: Record<string, unknown>;
}

/** One line back. */
export type ControlReply = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: string };

export type ControlCommands = Readonly<Record<string, (args: Record<string, unknown>) => unknown>>;

/** Octets of a path of a Unix socket, without the final zero (unix(7)). */
const MAX_PATH_OCTETS = 107;
const MAX_LINE_OCTETS = 65_536;
const NEWLINE = 0x0a;

/**
 * Serves commands at a Unix socket (0600): a line of JSON each, a line of JSON back, in the same order.
 *
 * @throws Error (rejects) with one line, when another server has the path or it can't be made.
 */
export async function listenControl(path: string, commands: ControlCommands): Promise<Server> {
  const inTheWay = controlObstacle(path);
  if (inTheWay !== undefined) throw new Error(`server.control: ${inTheWay}`);
  await clearPath(path);
  const server = createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, commands));
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new Error(`server.control: ${path} can't be made: ${bindFailure(path, error)}`)));
      server.listen(socketAddress(path), resolve);
    });
  } finally {
    process.umask(before);
  }
  chmodSync(path, 0o600);
  return server;
}

/** Why no socket can be made at `path`, and what to do; `undefined` when nothing that can be seen from outside is in the way. */
export function controlObstacle(path: string): string | undefined {
  if (Buffer.byteLength(socketAddress(path)) > MAX_PATH_OCTETS)
    return `${path} has ${Buffer.byteLength(path)} octets, and a Unix socket's path at most ${MAX_PATH_OCTETS}: choose a shorter one`;
  const folder = dirname(path);
  try {
    const there = statSync(folder, { throwIfNoEntry: false });
    if (there === undefined) return `${path} can't be made: there is no folder ${folder}: make it, or configure another path`;
    if (!there.isDirectory()) return `${path} can't be made: ${folder} is no folder: configure another path`;
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === false)
      return `${path} is there already and is no socket: configure another path`;
  } catch (error) {
    return `${path} can't be made: ${(error as Error).message}`;
  }
  return undefined;
}

/** The folder is there, so this is not what libuv makes of ENOENT (it says EACCES for both). */
function bindFailure(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') return message;
  return `this user may not make files in ${dirname(path)}: allow it, or configure another path`;
}

/**
 * Asks the running server.
 *
 * @throws Error (rejects) with what it said, or with what to do when there is none.
 */
export async function askControl(path: string, request: ControlRequest): Promise<unknown> {
  const line = await new Promise<string>((resolve, reject) => {
    const socket = connect(socketAddress(path));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(path, error)));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text));
    socket.end(`${JSON.stringify(request)}\n`);
  });
  if (line === '') throw new Error('the server ended before it answered: its log says why');
  const reply = JSON.parse(line) as ControlReply;
  if (!reply.ok) throw new Error(reply.error);
  return reply.result;
}

function unreachable(path: string, error: NodeJS.ErrnoException): Error {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
    return new Error(`no server is running at ${path}: start it with "dnsteer serve", or name its configuration with --config`);
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new Error(`${path} belongs to somebody else: run this as the user of the server`);
  return new Error(`${path}: ${error.message}`);
}

/** The shorter of two ways to write the path: there is not much room in an address. */
function socketAddress(path: string): string {
  const fromHere = relative('', path);
  return fromHere.length > 0 && fromHere.length < path.length ? fromHere : path;
}

/** Takes away a socket that nobody answers at any more; that it is one, `controlObstacle` has seen. */
async function clearPath(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  if (await answers(path)) throw new Error(`server.control: a server is running at ${path}: stop it, or configure another path`);
  unlinkSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketAddress(path), () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function serveConnection(socket: Socket, commands: ControlCommands): void {
  let pieces: Buffer[] = [];
  let octets = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const reply = (make: () => ControlReply | Promise<ControlReply>) => {
    turn = turn.then(make).then((made) => socket.write(`${JSON.stringify(made)}\n`));
  };
  const end = () => void turn.then(() => socket.end());

  function onData(chunk: Buffer): void {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      if (!keep(chunk.subarray(from, to))) return;
      const line = Buffer.concat(pieces).toString();
      pieces = [];
      octets = 0;
      from = to + 1;
      reply(() => runCommand(line, commands));
    }
    keep(chunk.subarray(from));
  }

  /** @returns false when the line has become too long: no telling where the next command would begin. */
  function keep(piece: Buffer): boolean {
    pieces.push(piece);
    octets += piece.length;
    if (octets <= MAX_LINE_OCTETS) return true;
    socket.off('data', onData);
    socket.resume();
    reply(() => ({ ok: false, error: `found a line of more than ${MAX_LINE_OCTETS} octets` }));
    end();
    return false;
  }

  socket.on('error', () => socket.destroy());
  socket.on('end', end);
  socket.on('data', onData);
}

async function runCommand(line: string, commands: ControlCommands): Promise<ControlReply> {
  try {
    const request = readRequest(line);
    const command = Object.hasOwn(commands, request.command) ? commands[request.command] : undefined;
    if (command === undefined)
      throw new Error(`found command ${JSON.stringify(request.command)}, expected one of ${Object.keys(commands).join(', ')}`);
    return { ok: true, result: (await command(request.arguments ?? {})) ?? null };
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
}

function readRequest(line: string): ControlRequest {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {}
  if (typeof request !== 'object' || request === null || typeof (request as ControlRequest).command !== 'string')
    throw new Error(`found ${line.slice(0, 60)}, expected a line of JSON such as {"command":"health"}`);
  return request as ControlRequest;
}
