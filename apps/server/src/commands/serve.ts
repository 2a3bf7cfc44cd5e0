import { loadConfig } from '../config/load.ts';
import { controlCommands } from '../control/commands.ts';
import { ControlPlane } from '../control/control-plane.ts';
import { createLog } from '../control/log.ts';
import { listenControl } from '../control/socket.ts';
import { failureLines } from './failure.ts';

export interface Serving {
  readonly control: ControlPlane;
  readonly addresses: readonly { host: string; port: number }[];
  /** Resolves when the server has stopped. */
  readonly stopped: Promise<void>;
}

/**
 * Starts the reference server, until SIGTERM or SIGINT; SIGHUP reloads.
 *
 * @throws what can't be started (rejects).
 */
export async function serve(configPath: string): Promise<Serving> {
  const log = createLog();
  const control = new ControlPlane({
    load: () => loadConfig(configPath),
    log,
    onLost: (error) => {
      log.error({}, `the answering thread was lost: ${error.message}`);
      process.exit(1);
    },
  });
  const addresses = await control.start();
  const commands = controlCommands(control);
  const socket = await listenControl(control.composition.controlPath, { ...commands, reload: loggedReload }).catch(async (error: Error) => {
    await control.stop();
    throw error;
  });

  async function loggedReload(): Promise<unknown> {
    try {
      await control.reload();
      log.info({ epoch: control.epoch }, `reloaded: snapshot ${control.epoch} answers`);
      return { epoch: control.epoch };
    } catch (error) {
      const lines = failureLines(error);
      for (const line of lines) log.error({}, `reload: ${line}`);
      throw new Error(`the configuration that was running goes on:\n${lines.join('\n')}`);
    }
  }

  const stopped = new Promise<void>((resolve) => {
    let stopping = false;
    const stop = async (signal: string) => {
      if (stopping) return;
      stopping = true;
      log.info({}, `${signal}: stopping`);
      socket.close();
      await control.stop();
      resolve();
    };
    process.on('SIGTERM', () => void stop('SIGTERM'));
    process.on('SIGINT', () => void stop('SIGINT'));
    process.on('SIGHUP', () => void loggedReload().catch(() => undefined));
  });
  log.info(
    {},
    `answering on ${addresses.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)).join(', ')} (UDP and TCP)`,
  );
  return { control, addresses, stopped };
}
