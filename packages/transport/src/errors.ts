import { networkInterfaces } from 'node:os';

/** Every code that this package throws or reports. The README says what each means. */
export const TRANSPORT_CODES = [
  'ERR_TRANSPORT_PORT_IN_USE',
  'ERR_TRANSPORT_NEEDS_RIGHTS',
  'ERR_TRANSPORT_NO_SUCH_ADDRESS',
  'ERR_TRANSPORT_BAD_OPTION',
  'ERR_TRANSPORT_LISTEN',
  'ERR_TRANSPORT_NO_BATCH',
  'ERR_TRANSPORT_SOCKET',
  'ERR_TRANSPORT_ANSWER_SIZE',
  'ERR_TRANSPORT_TIMEOUT',
  'ERR_TRANSPORT_REFUSED',
  'ERR_TRANSPORT_UNREACHABLE',
  'ERR_TRANSPORT_CLOSED',
] as const;

export type TransportCode = (typeof TRANSPORT_CODES)[number];

/** Something that an operator can put right. The message is one line and says what to do. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportCode;

  constructor(code: TransportCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A system error of `bind` or `listen` as what to do about it. */
export function listenError(cause: NodeJS.ErrnoException, protocol: 'UDP' | 'TCP', host: string, port: number): TransportError {
  const place = `${protocol} port ${port} on ${host}`;
  switch (cause.code) {
    case 'EADDRINUSE': {
      const show = `ss -${protocol === 'UDP' ? 'u' : 't'}lpn sport = :${port}`;
      return new TransportError(
        'ERR_TRANSPORT_PORT_IN_USE',
        `${place} is taken: stop the program that has it ('${show}' shows which), or choose another port`,
        { cause },
      );
    }
    case 'EACCES':
    case 'EPERM':
      return new TransportError(
        'ERR_TRANSPORT_NEEDS_RIGHTS',
        `${place} needs rights that this process does not have: run it as root or with CAP_NET_BIND_SERVICE, or choose a port from 1024 up`,
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return new TransportError(
        'ERR_TRANSPORT_NO_SUCH_ADDRESS',
        `${host} is not an address of this machine: choose one that is (${localAddresses(host.includes(':') ? 'IPv6' : 'IPv4')})`,
        { cause },
      );
    default:
      return new TransportError('ERR_TRANSPORT_LISTEN', `${place} can't be opened: ${cause.message}`, { cause });
  }
}

function localAddresses(family: 'IPv4' | 'IPv6'): string {
  const found: string[] = [];
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family: its } of addresses ?? []) if (its === family) found.push(address);
  }
  if (found.length === 0) return `none of its interfaces has ${family}`;
  const shown = found.slice(0, 6).join(', ');
  return `${shown}${found.length > 6 ? ', ...' : ''}, or ${family === 'IPv4' ? '0.0.0.0' : '::'} for all`;
}
