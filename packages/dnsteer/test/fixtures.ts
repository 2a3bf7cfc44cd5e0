import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyRrset } from '@dnsteer/dnssec';
import type { DnsAppOptions, Report } from '@dnsteer/router';
import { definePolicy, type Locator, type Policy } from '@dnsteer/steering';
import { parseName, typeCode } from '@dnsteer/wire';
import { encodeRdata, type Message, type ResourceRecord } from '@dnsteer/wire/records';
import { afterAll } from 'vitest';
import { DnsApp } from '../src/app.ts';
import { zoneText } from '../src/zone-source.ts';

/** 2026-11-22T00:00:00Z. */
export const NOW_SECONDS = 1_795_305_600;

export const ZONE = zoneText(`
$TTL 300
@        SOA   ns1 hostmaster 1 3600 600 1209600 120
@        NS    ns1
@        NS    ns2
ns1      A     192.0.2.53
ns2      A     198.51.100.53
www      TXT   "beside what is steered"
static   A     192.0.2.80
alias    CNAME www
out      CNAME www.example.net.
*.wild   A     192.0.2.99
child    NS    ns.child
ns.child A     192.0.2.54
`);

export const SIGNED = { dnssec: { keys: temporaryFolder() } };

/** A folder of its own, which goes with the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dnsteer-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function newApp(options: DnsAppOptions = {}): { app: DnsApp; reports: Report[] } {
  const reports: Report[] = [];
  return { app: new DnsApp({ report: (entry) => reports.push(entry), nowSeconds: () => NOW_SECONDS, ...options }), reports };
}

/** Clients from 198.51.100.0/24 are in Germany, all others nowhere. */
export const LOCATOR: Locator = {
  locate: (address) =>
    address[0] === 198 && address[1] === 51 && address[2] === 100
      ? { country: 'DE', continent: 'EU', latitude: 51, longitude: 10, prefixLength: 24 }
      : { prefixLength: 8 },
};

/** Germans get eu, the others us; `us` has no IPv6 address. */
export function policy(allDown: 'all' | 'none' | 'servfail' = 'all'): Policy {
  return definePolicy(
    {
      name: 'web',
      pools: ['eu', 'us'],
      chain: ['up', { geotarget: { countries: { DE: ['eu'] }, default: ['us'] } }, { first: 1 }],
      ttl: { min: 5, max: 60 },
      allDown,
    },
    {
      pools: [
        { name: 'eu', endpoints: [{ name: 'fra1', addresses: ['203.0.113.20', '2001:db8:20::20'] }] },
        { name: 'us', endpoints: [{ name: 'iad1', addresses: ['203.0.113.30'] }] },
      ],
    },
  );
}

/** 'NAME TTL TYPE DATA' of each record of a section, without RRSIGs and OPT. */
export function lines(records: readonly { name: string; type: string; ttl?: number; data?: unknown }[]): string[] {
  return records
    .filter(({ type }) => type !== 'RRSIG' && type !== 'OPT')
    .map(({ name, type, ttl, data }) => `${name} ${ttl} ${type}${typeof data === 'string' ? ` ${data}` : ''}`);
}

export function ecsScope(reply: Message): number | undefined {
  return optionsOf(reply).find(({ code }) => code === 8)?.scopePrefixLength;
}

export function extendedErrors(reply: Message): { infoCode: number | undefined; extraText: string | undefined }[] {
  return optionsOf(reply)
    .filter(({ code }) => code === 15)
    .map(({ infoCode, extraText }) => ({ infoCode, extraText }));
}

function optionsOf(reply: Message) {
  return reply.additionals.flatMap((record) => ('options' in record ? (record.options ?? []) : []));
}

/** 'NAME TYPE' of each RRset in ANSWER and AUTHORITY, with ' unsigned' or ' bogus' behind it where no signature by the zone's key holds. */
export async function verified(app: DnsApp, reply: Message, zone = 'example.com'): Promise<string[]> {
  const signerName = parseName(`${zone}.`);
  const dnskeys = (await app.query(zone, 'DNSKEY')).answers.map(({ data }) => encodeRdata('DNSKEY', data));
  const rrsets = new Map<string, ResourceRecord[]>();
  const rrsigs = new Map<string, Uint8Array[]>();
  for (const record of [...reply.answers, ...reply.authorities]) {
    const isRrsig = record.type === 'RRSIG';
    const key = `${record.name} ${isRrsig ? (record.data as { typeCovered: string }).typeCovered : record.type}`;
    if (isRrsig) rrsigs.set(key, [...(rrsigs.get(key) ?? []), encodeRdata('RRSIG', record.data)]);
    else rrsets.set(key, [...(rrsets.get(key) ?? []), record]);
  }
  return [...rrsets].map(([key, records]) => {
    const { name, type } = records[0]!;
    const rrset = { owner: parseName(`${name}.`), type: typeCode(type)!, rdatas: records.map(({ data }) => encodeRdata(type, data)) };
    const signatures = rrsigs.get(key) ?? [];
    const holds = signatures.some((rrsig) =>
      dnskeys.some((dnskey) => verifyRrset(rrset, rrsig, dnskey, { signerName, nowSeconds: NOW_SECONDS })),
    );
    return `${key}${holds ? '' : signatures.length === 0 ? ' unsigned' : ' bogus'}`;
  });
}
