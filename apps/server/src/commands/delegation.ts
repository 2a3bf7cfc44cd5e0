import { formatName, formatRdata, isSubdomain, TYPE } from '@dnsteer/wire';
import { readZoneFile } from '@dnsteer/zone';
import { dnskeyLines, dsLines, zoneKeys } from './keys.ts';

/** `delegation ZONE`: what to enter at the registrar, so that the world finds the zone. */
export function printDelegation(configPath: string, zoneName: string): void {
  const { plan, keys } = zoneKeys(configPath, zoneName);
  const servers: Uint8Array[] = [];
  const addresses = new Map<string, string[]>();
  for (const { owner, type, rdatas } of readZoneFile(plan.file, { origin: plan.apex }).rrsets()) {
    if (type === TYPE.NS && formatName(owner) === formatName(plan.apex)) servers.push(...rdatas.map((rdata) => rdata.slice()));
    if (type === TYPE.A || type === TYPE.AAAA) {
      const name = formatName(owner).toLowerCase();
      addresses.set(name, [
        ...(addresses.get(name) ?? []),
        ...rdatas.map((rdata) => `${type === TYPE.A ? 'A   ' : 'AAAA'} ${formatRdata(type, rdata)}`),
      ]);
    }
  }
  const apex = formatName(plan.apex);
  const lines = [`Enter at the registrar of ${apex}`, '', 'Name servers (NS):', ...servers.map((server) => `  ${formatName(server)}`)];
  const inside = servers.filter((server) => isSubdomain(server, plan.apex));
  if (inside.length > 0) {
    lines.push('', 'Glue: addresses of the name servers whose names lie inside the zone:');
    for (const server of inside) {
      const own = addresses.get(formatName(server).toLowerCase());
      if (own === undefined)
        lines.push(`  ${formatName(server)} has no address in the zone: add an A or AAAA record, or nobody will find it`);
      else lines.push(...own.map((address) => `  ${formatName(server)} ${address}`));
    }
  }
  if (servers.length < 2) lines.push('', 'Only one name server: most registrars ask for two, in different networks (RFC 2182 5).');
  if (keys.length === 0) lines.push('', 'The zone is not signed: leave DS empty, and remove what is there.');
  else {
    lines.push(
      '',
      'DNSSEC: the DS record (some registrars ask for the DNSKEY instead):',
      ...[...dsLines(plan.apex, keys), ...dnskeyLines(plan.apex, keys)].map((line) => `  ${line}`),
    );
    lines.push('', 'Enter the DS when the servers above answer with the signed zone, not before.');
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
