import { dsRdata, type SigningKey } from '@dnsteer/dnssec';
import { loadOrCreateKeys } from '@dnsteer/signer';
import { formatName, formatRdata, lowerCaseName, parseName, TYPE } from '@dnsteer/wire';
import { loadConfig } from '../config/load.ts';
import { composeAtRest } from '../control/composition.ts';
import type { ZonePlan } from '../control/zone-plan.ts';

/** A configured zone by its name, and its keys. Makes keys where there are none, as the server would. */
export function zoneKeys(configPath: string, zoneName: string): { plan: ZonePlan; keys: SigningKey[] } {
  const { zones } = composeAtRest(loadConfig(configPath));
  const apex = formatName(lowerCaseName(parseName(zoneName)));
  const plan = zones.find((zone) => formatName(zone.apex) === apex);
  if (plan === undefined)
    throw new Error(`found zone ${JSON.stringify(zoneName)}, expected one of ${zones.map((zone) => formatName(zone.apex)).join(', ')}`);
  return { plan, keys: plan.dnssec === undefined ? [] : loadOrCreateKeys(plan.dnssec.directory, plan.apex, plan.dnssec.algorithm) };
}

export function dsLines(apex: Uint8Array, keys: readonly SigningKey[]): string[] {
  const owner = formatName(apex);
  return keys.map(({ dnskeyRdata }) => `${owner} IN DS ${formatRdata(TYPE.DS, dsRdata(apex, dnskeyRdata))}`);
}

export function dnskeyLines(apex: Uint8Array, keys: readonly SigningKey[]): string[] {
  const owner = formatName(apex);
  return keys.map(({ dnskeyRdata }) => `${owner} IN DNSKEY ${formatRdata(TYPE.DNSKEY, dnskeyRdata)}`);
}

/** `keys ds ZONE`: what the registrar asks for, the DS or the DNSKEY. */
export function printDs(configPath: string, zoneName: string): void {
  const { plan, keys } = zoneKeys(configPath, zoneName);
  if (keys.length === 0) throw new Error(`zone ${zoneName} is not signed: there is no "dnssec" in its configuration`);
  process.stdout.write(`${[...dsLines(plan.apex, keys), ...dnskeyLines(plan.apex, keys)].join('\n')}\n`);
}

/** `keys list ZONE`: what keys there are. */
export function printKeys(configPath: string, zoneName: string): void {
  const { plan, keys } = zoneKeys(configPath, zoneName);
  process.stdout.write(
    keys.length === 0
      ? `${zoneName}: not signed\n`
      : keys.map((key) => `${formatName(plan.apex)} key tag ${key.keyTag}, algorithm ${key.algorithm}, flags ${key.flags}\n`).join(''),
  );
}

/** `keys anchor ZONE`: the zone's keys as a trust anchor for delv and BIND. */
export function printAnchor(configPath: string, zoneName: string): void {
  const { plan, keys } = zoneKeys(configPath, zoneName);
  if (keys.length === 0) throw new Error(`zone ${zoneName} is not signed: there is no "dnssec" in its configuration`);
  const anchors = keys.map(({ dnskeyRdata }) => {
    const [flags, protocol, algorithm, ...key] = formatRdata(TYPE.DNSKEY, dnskeyRdata).split(' ');
    return `  "${formatName(plan.apex)}" static-key ${flags} ${protocol} ${algorithm} "${key.join('')}";`;
  });
  process.stdout.write(`trust-anchors {\n${anchors.join('\n')}\n};\n`);
}
