// Drives other people's DNS programs and our built server. Imports nothing of ours, so that it stays an oracle.
export { type DelvReply, delv, type TrustAnchor } from './delv.ts';
export { type At, type DigEdns, type DigRecord, type DigReply, dig, digAll, recordLines } from './dig.ts';
export { type DnsteerOptions, runDnsteer, startDnsteer } from './dnsteer.ts';
export { answers, exchangeRawTcp, exchangeRawUdp, freePort } from './net.ts';
export { niceValues } from './nice.ts';
export { type Exit, type Finished, run, type Started, start } from './process.ts';
export { has, needing, PROGRAMS } from './programs.ts';
export {
  type GdnsdOptions,
  type ServedZone,
  type Server,
  type ServerOptions,
  startGdnsd,
  startKnot,
  startNamed,
  startNsd,
  startPowerDns,
} from './servers.ts';
