export { batchError } from './addon.ts';
export { type TransportCode, TransportError } from './errors.ts';
export { type ExchangeOptions, exchangeTcp, exchangeUdp } from './exchange.ts';
export type { ListenAddress, ListenerOptions, Peer, Respond } from './listener.ts';
export { sharedPortError } from './shared-port.ts';
export { listenTcp, type TcpListener, type TcpOptions } from './tcp.ts';
export { listenUdp, type UdpListener, type UdpOptions } from './udp.ts';
