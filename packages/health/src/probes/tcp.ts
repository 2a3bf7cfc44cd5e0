import type { Fields } from '../fields.ts';
import { dial, peerText } from './dial.ts';
import { type Probe, success } from './probe.ts';
import { outcomeOfError } from './socket-error.ts';

export interface TcpFields {
  port: number;
}

/** Up when a connection is accepted; it is closed at once and nothing is sent. */
export function tcpProbe(fields: Fields): Probe {
  const port = fields.integer('port', 1, 65_535);
  return async (address, run) => {
    const peer = peerText(address, port);
    try {
      const socket = await dial(address, port, undefined, run);
      socket.destroy();
      return success(`connected to ${peer}`);
    } catch (error) {
      return outcomeOfError(error, peer);
    }
  };
}
