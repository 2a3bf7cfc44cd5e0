import { resolve } from 'node:path';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { controlCommands } from '../control/commands.ts';
import { ControlPlane } from '../control/control-plane.ts';
import { createLog, type Log } from '../control/log.ts';
import { putEngineBehindAnswers } from '../control/priority.ts';
import { type ControlCommands, listenControl } from '../control/socket.ts';
import { failureLines } from './failure.ts';

export interface Serving {
  readonly control: ControlPlane;
  readonly addresses: readonly { host: string; port: number }[];
  /** Resolves when the server has stopped. */
  readonly stopped: Promise<void>;
}

/** `serve`: until a signal ends it. */
export async function serveCommand(configPath: string): Promise<void> {
  const { stopped } = await serve(resolve(configPath));
  await stopped;
  process.exit(0);
}

/**
 * Starts the reference server, until SIGTERM or SIGINT; SIGHUP reloads.
 *
 * @param loaded - what the configuration says at the start.
 * @throws what can't be started (rejects); nothing is left listening then.
 */
export async function serve(configPath: string, loaded: LoadedConfig = loadConfig(configPath)): Promise<Serving> {
  putEngineBehindAnswers();
  const log = createLog();
  const control = new ControlPlane({
    load: () => loadConfig(configPath),
    log,
    onLost: (error) => {
      log.error({}, `the answering thread was lost: ${error.message}`);
      process.exit(1);
    },
  });
  const reload = () => loggedReload(control, log);
  let setStarted = () => {};
  const started = new Promise<void>((resolved) => {
    setStarted = resolved;
  });
  process.on('SIGHUP', () => void started.then(reload).catch(() => undefined));
  // Before anything is answered: who is second at the socket must not answer at all.
  const socket = await listenControl(
    resolve(loaded.directory, loaded.config.server.control),
    whenStarted({ ...controlCommands(control, log), reload }, started),
  );
  let addresses: Serving['addresses'];
  try {
    addresses = await control.start(loaded);
  } catch (error) {
    socket.close();
    throw error;
  }
  const stopped = stopOnSignal(log, async () => {
    socket.close();
    await control.stop();
  });
  log.info({}, `answering on ${addresses.map(addressText).join(', ')} (UDP and TCP)`);
  setStarted();
  return { control, addresses, stopped };
}

/** Commands that come early wait. */
function whenStarted(commands: ControlCommands, started: Promise<void>): ControlCommands {
  return Object.fromEntries(
    Object.entries(commands).map(([name, run]) => [name, (args: Record<string, unknown>) => started.then(() => run(args))]),
  );
}

async function loggedReload(control: ControlPlane, log: Log): Promise<{ epoch: number }> {
  try {
    await control.reload();
    log.info({ epoch: control.epoch }, `reloaded: snapshot ${control.epoch} answers`);
    return { epoch: control.epoch };
  } catch (error) {
    const lines = failureLines(error);
    for (const line of lines) log.error({}, `reload: ${line}`);
    throw new Error([...lines, 'nothing was reloaded: what was running goes on'].join('\n'));
  }
}

/** Resolves when `stop` is done, at the first signal; the second ends the process at once. */
function stopOnSignal(log: Log, stop: () => Promise<void>): Promise<void> {
  return new Promise((resolved, reject) => {
    let stopping = false;
    const onSignal = (signal: string) => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({}, `${signal}: stopping`);
      stop().then(resolved, reject);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

function addressText({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
