import { type HttpFields, httpProbe } from './probes/http.ts';
import { type HttpsFields, httpsProbe } from './probes/https.ts';
import type { ProbeType } from './probes/probe.ts';
import { type TcpFields, tcpProbe } from './probes/tcp.ts';

/** The keys that each type of check has of its own. */
export interface ProbeFields {
  http: HttpFields;
  https: HttpsFields;
  tcp: TcpFields;
}

export type CheckType = keyof ProbeFields;
export type ProbeTypes = { readonly [Type in CheckType]: ProbeType };

export const PROBE_TYPES: ProbeTypes = { http: httpProbe, https: httpsProbe, tcp: tcpProbe };
