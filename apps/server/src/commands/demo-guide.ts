import type { Config } from '../config/schema.ts';
import { out } from './colors.ts';

export interface DemoFacts {
  readonly config: Config;
  readonly port: number;
  /** How the CLI is run from here. */
  readonly cli: string;
  /** From here. */
  readonly configPath: string;
}

/** Lines to copy: what a new user can try. */
export function guide({ config, port, cli, configPath }: DemoFacts): string[] {
  const [zone, { steer }] = Object.entries(config.zones)[0]!;
  const name = `${Object.keys(steer)[0]}.${zone}`;
  const [pool, { endpoints }] = Object.entries(config.pools)[0]!;
  const { address, port: backend } = endpoints[0]!.check!;
  const at = `@127.0.0.1 -p ${port}`;
  const anchor = `/tmp/dnsteer-${zone}-${port}.key`;
  const lines: readonly (readonly [title: string, ...commands: string[]])[] = [
    [
      'three clients, three pools: Germany, United States, Japan',
      `dig ${at} ${name} A +subnet=88.198.0.0/24`,
      `dig ${at} ${name} A +subnet=12.0.0.0/24`,
      `dig ${at} ${name} A +subnet=133.11.0.0/24`,
    ],
    ['the same without dig', `${cli} query ${name} A --server 127.0.0.1:${port} --client 88.198.0.0/24`],
    [
      'signed: the key of the zone is the trust anchor',
      `${cli} keys anchor ${zone} -c ${configPath} > ${anchor}`,
      `delv ${at} -a ${anchor} +root=${zone} ${name} A`,
    ],
    [
      'take a pool down, see who answers and why, and let it come back',
      `${cli} pool ${pool} down -c ${configPath}`,
      `${cli} explain ${name} A --client 88.198.0.0/24 --live -c ${configPath}`,
      `${cli} pool ${pool} up -c ${configPath}`,
    ],
    [
      'or break an endpoint for real, and mend it: its probes find out',
      `curl -X POST http://${address}:${backend}/fail`,
      `${cli} health -c ${configPath}`,
      `curl -X POST http://${address}:${backend}/heal`,
    ],
  ];
  return [
    '',
    out.bold(`dnsteer answers for ${zone} on 127.0.0.1:${port}. To try, in another terminal:`),
    ...lines.flatMap(([title, ...commands]) => ['', out.dim(`# ${title}`), ...commands]),
    '',
    out.dim('Ctrl-C stops it.'),
    '',
  ];
}
