import { batchError } from './addon.ts';
import { type TransportCode, TransportError } from './errors.ts';

/** Whether Node's own sockets take the option `reusePort` here: from 22.12 and 23.1 on; elsewhere than on Linux the system does not divide what comes. */
export const nodeSharesPorts = process.platform === 'linux' && isAtLeast(process.versions.node);

function isAtLeast(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

/**
 * Why the sockets of several threads can't share a port (SO_REUSEPORT) by this driver; undefined where they can.
 *
 * @param driver - of `listenUdp`.
 */
export function sharedPortError(driver: 'auto' | 'batch' | 'dgram' = 'auto'): TransportError | undefined {
  const missing = driver === 'dgram' ? undefined : batchError();
  if (driver !== 'dgram' && missing === undefined) return undefined;
  if (driver !== 'batch' && nodeSharesPorts) return undefined;
  const code: TransportCode = missing === undefined ? 'ERR_TRANSPORT_BAD_OPTION' : 'ERR_TRANSPORT_NO_BATCH';
  const why =
    missing?.message ??
    `by dgram a port has one socket in Node ${process.versions.node}; expected Node 22.12 on Linux, or the driver batch`;
  return new TransportError(code, `reusePort: ${why}`, { cause: missing });
}
