import { chmodSync, existsSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What the CLI asks the running server. */
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

/**
 * Serves commands at a Unix socket (0600): a line of JSON each, a line of JSON back.
 *
 * @throws Error (rejects) with one line, when another server has the path or it can't be made.
 */
export async function listenControl(path: string, commands: ControlCommands): Promise<Server> {
  if (Buffer.byteLength(path) > MAX_PATH_OCTETS) {
    throw new Error(
      `server.control: ${path} has ${Buffer.byteLength(path)} octets, and a Unix socket's path at most ${MAX_PATH_OCTETS}: choose a shorter one`,
    );
  }
  if (existsSync(path)) {
    if (await answers(path)) throw new Error(`server.control: a server is running at ${path}: stop it, or configure another path`);
    unlinkSync(path);
  }
  const server = createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, commands));
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new Error(`server.control: ${path}: ${error.message}`)));
      server.listen(path, resolve);
    });
  } finally {
    process.umask(before);
  }
  chmodSync(path, 0o600);
  return server;
}

/**
 * Asks the running server.
 *
 * @throws Error (rejects) with what it said, or with what to do when there is none.
 */
export async function askControl(path: string, request: ControlRequest): Promise<unknown> {
  const line = await new Promise<string>((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT' || error.code === 'ECONNREFUSED'
          ? new Error(`no server is running at ${path}: start it with "dnsteer serve", or name its configuration with --config`)
          : error,
      ),
    );
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text));
    socket.end(`${JSON.stringify(request)}\n`);
  });
  if (line === '') throw new Error('the server closed the connection without an answer');
  const reply = JSON.parse(line) as ControlReply;
  if (!reply.ok) throw new Error(reply.error);
  return reply.result;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function serveConnection(socket: Socket, commands: ControlCommands): void {
  let text = '';
  let turn: Promise<void> = Promise.resolve();
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('end', () => void turn.then(() => socket.end()));
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > MAX_LINE_OCTETS) return socket.destroy();
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) turn = turn.then(async () => void socket.write(`${JSON.stringify(await runCommand(line, commands))}\n`));
  });
}

async function runCommand(line: string, commands: ControlCommands): Promise<ControlReply> {
  try {
    const request = JSON.parse(line) as ControlRequest;
    const command = Object.hasOwn(commands, request.command) ? commands[request.command] : undefined;
    if (command === undefined)
      return { ok: false, error: `found command ${JSON.stringify(request.command)}, expected one of ${Object.keys(commands).join(', ')}` };
    return { ok: true, result: (await command(request.arguments ?? {})) ?? null };
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
}
