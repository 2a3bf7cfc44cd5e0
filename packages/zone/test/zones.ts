import { formatName, formatRdata, parseName, SearchName, typeCode, typeText } from '@dnsteer/wire';
import {
  BELOW_CUT,
  DNAME,
  EXACT,
  type FindStatus,
  MISSING,
  parseZoneText,
  type ZoneBuilder,
  ZoneError,
  type ZoneImage,
  ZoneMatch,
  type ZoneProblem,
} from '../src/index.ts';

const STATUS = new Map<FindStatus, string>([
  [EXACT, 'EXACT'],
  [BELOW_CUT, 'BELOW_CUT'],
  [DNAME, 'DNAME'],
  [MISSING, 'MISSING'],
]);

/** The zone `example.`, with the SOA and NS that every zone has. */
export function exampleZone(records: string): ZoneBuilder {
  return parseZoneText(
    `@ 3600 SOA ns1.example.net. admin.example.net. 2024 7200 900 1209600 300\n@ 3600 NS ns1.example.net.\n${records}\n`,
    {
      origin: 'example.',
    },
  );
}

export function searchName(text: string): SearchName {
  const sname = new SearchName();
  if (!sname.set(parseName(text))) throw new Error(text);
  return sname;
}

/** What `find` says, with names instead of numbers; what isn't there is left out. */
export function findText(image: ZoneImage, name: string): Record<string, string | number> {
  const match = new ZoneMatch();
  const status = image.find(searchName(name), match);
  const found: Record<string, string | number> = { status: STATUS.get(status) ?? 'none' };
  if (match.node >= 0) found['node'] = ownerText(image, match.node);
  found['closestEncloser'] = ownerText(image, match.closestEncloser);
  found['labels'] = match.closestEncloserLabels;
  if (match.wildcard >= 0) found['wildcard'] = ownerText(image, match.wildcard);
  return found;
}

export function ownerText(image: ZoneImage, node: number): string {
  return formatName(image.octets, image.ownerAt(node));
}

/** The RRset of a name and type as `ttl rdata | rdata`; `undefined` when there is none. */
export function rrsetText(image: ZoneImage, name: string, type: string): string | undefined {
  const rrset = image.rrset(image.findNode(parseName(name)), typeCode(type)!);
  if (rrset < 0) return undefined;
  const rdatas = rdatasAt(image, image.rrsetAt(rrset), image.rrsetCount(rrset));
  return `${image.rrsetTtl(rrset)} ${rdatas.map((rdata) => formatRdata(image.rrsetType(rrset), rdata)).join(' | ')}`;
}

export function rdatasAt(image: ZoneImage, at: number, count: number): Uint8Array[] {
  const rdatas: Uint8Array[] = [];
  for (; count > 0; count--) {
    const length = (image.octets[at] << 8) | image.octets[at + 1];
    rdatas.push(image.octets.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return rdatas;
}

/** All records of a zone as text, in canonical order. */
export function zoneLines(builder: ZoneBuilder): string[] {
  const lines: string[] = [];
  for (const { owner, type, ttlSeconds, rdatas } of builder.rrsets()) {
    for (const rdata of rdatas) lines.push(`${formatName(owner)} ${ttlSeconds} ${typeText(type)} ${formatRdata(type, rdata)}`);
  }
  return lines;
}

/** The problems that `read` is refused with. */
export function problemsOf(read: () => unknown): readonly ZoneProblem[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ZoneError) return error.problems;
    throw error;
  }
  throw new Error('expected a ZoneError');
}
