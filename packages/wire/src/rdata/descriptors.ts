import { TYPE } from '../types.ts';
import { DS_DIGEST_OCTETS, SSHFP_FINGERPRINT_OCTETS, ZONEMD_DIGEST_OCTETS, ZONEMD_LEAST_DIGEST_OCTETS } from './digests.ts';
import { amtRelay, countedOctets, digestOfType, hipRdata, ipseckeyGatewayAndKey, propertyTag, someTypes } from './field-ends.ts';
import type { Presentation } from './form.ts';
import { a } from './presentation/a.ts';
import { aaaa } from './presentation/aaaa.ts';
import { afsdb } from './presentation/afsdb.ts';
import { amtrelay } from './presentation/amtrelay.ts';
import { addressPrefixesEnd, apl } from './presentation/apl.ts';
import { avc } from './presentation/avc.ts';
import { caa } from './presentation/caa.ts';
import { cdnskey } from './presentation/cdnskey.ts';
import { cds } from './presentation/cds.ts';
import { cert } from './presentation/cert.ts';
import { cname } from './presentation/cname.ts';
import { csync } from './presentation/csync.ts';
import { dhcid } from './presentation/dhcid.ts';
import { dlv } from './presentation/dlv.ts';
import { dname } from './presentation/dname.ts';
import { dnskey } from './presentation/dnskey.ts';
import { doa } from './presentation/doa.ts';
import { ds } from './presentation/ds.ts';
import { dsync } from './presentation/dsync.ts';
import { eui48 } from './presentation/eui48.ts';
import { eui64 } from './presentation/eui64.ts';
import { gpos } from './presentation/gpos.ts';
import { hinfo } from './presentation/hinfo.ts';
import { hip } from './presentation/hip.ts';
import { https } from './presentation/https.ts';
import { ipseckey } from './presentation/ipseckey.ts';
import { isdn, subaddressEnd } from './presentation/isdn.ts';
import { key, keyEnd } from './presentation/key.ts';
import { kx } from './presentation/kx.ts';
import { l32 } from './presentation/l32.ts';
import { l64 } from './presentation/l64.ts';
import { loc, locationEnd } from './presentation/loc.ts';
import { lp } from './presentation/lp.ts';
import { mb } from './presentation/mb.ts';
import { md } from './presentation/md.ts';
import { mf } from './presentation/mf.ts';
import { mg } from './presentation/mg.ts';
import { minfo } from './presentation/minfo.ts';
import { mr } from './presentation/mr.ts';
import { mx } from './presentation/mx.ts';
import { naptr } from './presentation/naptr.ts';
import { nid } from './presentation/nid.ts';
import { ns } from './presentation/ns.ts';
import { nsap } from './presentation/nsap.ts';
import { nsapPtr } from './presentation/nsap-ptr.ts';
import { nsec } from './presentation/nsec.ts';
import { nsec3 } from './presentation/nsec3.ts';
import { nsec3param } from './presentation/nsec3param.ts';
import { openpgpkey } from './presentation/openpgpkey.ts';
import { ptr } from './presentation/ptr.ts';
import { px } from './presentation/px.ts';
import { resinfo } from './presentation/resinfo.ts';
import { rp } from './presentation/rp.ts';
import { rrsig } from './presentation/rrsig.ts';
import { rt } from './presentation/rt.ts';
import { sig } from './presentation/sig.ts';
import { smimea } from './presentation/smimea.ts';
import { soa } from './presentation/soa.ts';
import { spf } from './presentation/spf.ts';
import { srv } from './presentation/srv.ts';
import { sshfp } from './presentation/sshfp.ts';
import { svcb } from './presentation/svcb.ts';
import { ta } from './presentation/ta.ts';
import { tlsa } from './presentation/tlsa.ts';
import { txt } from './presentation/txt.ts';
import { uri } from './presentation/uri.ts';
import { wallet } from './presentation/wallet.ts';
import { x25 } from './presentation/x25.ts';
import { zonemd } from './presentation/zonemd.ts';

/**
 * A field as it stands in RDATA: so many octets, a domain name, a <character-string>, or, to the end,
 * character-strings (one or more), octets (one or more), anything or nothing, a Type Bit Maps field, or SvcParams; or a form of its own.
 */
export type RdataField = number | 'name' | 'string' | 'strings' | 'octets' | 'rest' | 'bitmap' | 'svcparams' | FieldEnd;

/** A field of a form that few types have: where it ends when it starts at `at`, or -1 when it does not fit or is malformed. Never throws. */
export type FieldEnd = (octets: Uint8Array, at: number, end: number) => number;

/**
 * What may be done to the names in RDATA:
 * `compress` - written and read compressed: the types of RFC 1035 (RFC 3597 4);
 * `decompress` - written whole, but read compressed too, since some old senders do (RFC 3597 4, and for SRV RFC 2782);
 * `whole` - never compressed.
 */
export type NameRule = 'compress' | 'decompress' | 'whole';

export interface RdataDescriptor {
  type: number;
  fields: readonly RdataField[];
  names: NameRule;
  /** Whether names are in lower case in canonical form (RFC 4034 6.2, as corrected by RFC 6840 5.1). */
  lowerCase: boolean;
  presentation: Presentation;
}

const dsDigest = digestOfType(DS_DIGEST_OCTETS);

const rows: readonly RdataDescriptor[] = [
  { type: TYPE.A, fields: [4], names: 'whole', lowerCase: false, presentation: a },
  { type: TYPE.NS, fields: ['name'], names: 'compress', lowerCase: true, presentation: ns },
  { type: TYPE.MD, fields: ['name'], names: 'compress', lowerCase: true, presentation: md },
  { type: TYPE.MF, fields: ['name'], names: 'compress', lowerCase: true, presentation: mf },
  { type: TYPE.CNAME, fields: ['name'], names: 'compress', lowerCase: true, presentation: cname },
  { type: TYPE.SOA, fields: ['name', 'name', 20], names: 'compress', lowerCase: true, presentation: soa },
  { type: TYPE.MB, fields: ['name'], names: 'compress', lowerCase: true, presentation: mb },
  { type: TYPE.MG, fields: ['name'], names: 'compress', lowerCase: true, presentation: mg },
  { type: TYPE.MR, fields: ['name'], names: 'compress', lowerCase: true, presentation: mr },
  { type: TYPE.PTR, fields: ['name'], names: 'compress', lowerCase: true, presentation: ptr },
  { type: TYPE.HINFO, fields: ['string', 'string'], names: 'whole', lowerCase: false, presentation: hinfo },
  { type: TYPE.MINFO, fields: ['name', 'name'], names: 'compress', lowerCase: true, presentation: minfo },
  { type: TYPE.MX, fields: [2, 'name'], names: 'compress', lowerCase: true, presentation: mx },
  { type: TYPE.TXT, fields: ['strings'], names: 'whole', lowerCase: false, presentation: txt },
  { type: TYPE.RP, fields: ['name', 'name'], names: 'decompress', lowerCase: true, presentation: rp },
  { type: TYPE.AFSDB, fields: [2, 'name'], names: 'decompress', lowerCase: true, presentation: afsdb },
  { type: TYPE.X25, fields: ['string'], names: 'whole', lowerCase: false, presentation: x25 },
  { type: TYPE.ISDN, fields: ['string', subaddressEnd], names: 'whole', lowerCase: false, presentation: isdn },
  { type: TYPE.RT, fields: [2, 'name'], names: 'decompress', lowerCase: true, presentation: rt },
  { type: TYPE.NSAP, fields: ['octets'], names: 'whole', lowerCase: false, presentation: nsap },
  { type: TYPE['NSAP-PTR'], fields: ['name'], names: 'whole', lowerCase: false, presentation: nsapPtr },
  { type: TYPE.SIG, fields: [18, 'name', 'octets'], names: 'decompress', lowerCase: true, presentation: sig },
  { type: TYPE.KEY, fields: [keyEnd], names: 'whole', lowerCase: false, presentation: key },
  { type: TYPE.PX, fields: [2, 'name', 'name'], names: 'decompress', lowerCase: true, presentation: px },
  { type: TYPE.GPOS, fields: ['string', 'string', 'string'], names: 'whole', lowerCase: false, presentation: gpos },
  { type: TYPE.AAAA, fields: [16], names: 'whole', lowerCase: false, presentation: aaaa },
  { type: TYPE.LOC, fields: [locationEnd], names: 'whole', lowerCase: false, presentation: loc },
  { type: TYPE.SRV, fields: [6, 'name'], names: 'decompress', lowerCase: true, presentation: srv },
  { type: TYPE.NAPTR, fields: [4, 'string', 'string', 'string', 'name'], names: 'decompress', lowerCase: true, presentation: naptr },
  { type: TYPE.KX, fields: [2, 'name'], names: 'whole', lowerCase: true, presentation: kx },
  { type: TYPE.CERT, fields: [5, 'octets'], names: 'whole', lowerCase: false, presentation: cert },
  { type: TYPE.DNAME, fields: ['name'], names: 'decompress', lowerCase: true, presentation: dname },
  { type: TYPE.APL, fields: [addressPrefixesEnd], names: 'whole', lowerCase: false, presentation: apl },
  { type: TYPE.DS, fields: [4, dsDigest], names: 'whole', lowerCase: false, presentation: ds },
  { type: TYPE.SSHFP, fields: [2, digestOfType(SSHFP_FINGERPRINT_OCTETS)], names: 'whole', lowerCase: false, presentation: sshfp },
  { type: TYPE.IPSECKEY, fields: [1, ipseckeyGatewayAndKey], names: 'whole', lowerCase: false, presentation: ipseckey },
  { type: TYPE.RRSIG, fields: [18, 'name', 'octets'], names: 'whole', lowerCase: true, presentation: rrsig },
  { type: TYPE.NSEC, fields: ['name', someTypes], names: 'whole', lowerCase: false, presentation: nsec },
  { type: TYPE.DNSKEY, fields: [4, 'octets'], names: 'whole', lowerCase: false, presentation: dnskey },
  { type: TYPE.DHCID, fields: [3, 'octets'], names: 'whole', lowerCase: false, presentation: dhcid },
  { type: TYPE.NSEC3, fields: [4, 'string', countedOctets, 'bitmap'], names: 'whole', lowerCase: false, presentation: nsec3 },
  { type: TYPE.NSEC3PARAM, fields: [4, 'string'], names: 'whole', lowerCase: false, presentation: nsec3param },
  { type: TYPE.TLSA, fields: [3, 'octets'], names: 'whole', lowerCase: false, presentation: tlsa },
  { type: TYPE.SMIMEA, fields: [3, 'octets'], names: 'whole', lowerCase: false, presentation: smimea },
  { type: TYPE.HIP, fields: [hipRdata], names: 'whole', lowerCase: false, presentation: hip },
  { type: TYPE.CDS, fields: [4, dsDigest], names: 'whole', lowerCase: false, presentation: cds },
  { type: TYPE.CDNSKEY, fields: [4, 'octets'], names: 'whole', lowerCase: false, presentation: cdnskey },
  { type: TYPE.OPENPGPKEY, fields: ['octets'], names: 'whole', lowerCase: false, presentation: openpgpkey },
  { type: TYPE.CSYNC, fields: [6, 'bitmap'], names: 'whole', lowerCase: false, presentation: csync },
  {
    type: TYPE.ZONEMD,
    fields: [6, digestOfType(ZONEMD_DIGEST_OCTETS, ZONEMD_LEAST_DIGEST_OCTETS)],
    names: 'whole',
    lowerCase: false,
    presentation: zonemd,
  },
  { type: TYPE.SVCB, fields: [2, 'name', 'svcparams'], names: 'whole', lowerCase: false, presentation: svcb },
  { type: TYPE.HTTPS, fields: [2, 'name', 'svcparams'], names: 'whole', lowerCase: false, presentation: https },
  { type: TYPE.DSYNC, fields: [5, 'name'], names: 'whole', lowerCase: false, presentation: dsync },
  { type: TYPE.SPF, fields: ['strings'], names: 'whole', lowerCase: false, presentation: spf },
  { type: TYPE.NID, fields: [10], names: 'whole', lowerCase: false, presentation: nid },
  { type: TYPE.L32, fields: [6], names: 'whole', lowerCase: false, presentation: l32 },
  { type: TYPE.L64, fields: [10], names: 'whole', lowerCase: false, presentation: l64 },
  { type: TYPE.LP, fields: [2, 'name'], names: 'whole', lowerCase: false, presentation: lp },
  { type: TYPE.EUI48, fields: [6], names: 'whole', lowerCase: false, presentation: eui48 },
  { type: TYPE.EUI64, fields: [8], names: 'whole', lowerCase: false, presentation: eui64 },
  { type: TYPE.URI, fields: [4, 'octets'], names: 'whole', lowerCase: false, presentation: uri },
  { type: TYPE.CAA, fields: [1, propertyTag, 'rest'], names: 'whole', lowerCase: false, presentation: caa },
  { type: TYPE.AVC, fields: ['strings'], names: 'whole', lowerCase: false, presentation: avc },
  { type: TYPE.DOA, fields: [9, 'string', 'rest'], names: 'whole', lowerCase: false, presentation: doa },
  { type: TYPE.AMTRELAY, fields: [1, amtRelay], names: 'whole', lowerCase: false, presentation: amtrelay },
  { type: TYPE.RESINFO, fields: ['strings'], names: 'whole', lowerCase: false, presentation: resinfo },
  { type: TYPE.WALLET, fields: ['strings'], names: 'whole', lowerCase: false, presentation: wallet },
  { type: TYPE.TA, fields: [4, dsDigest], names: 'whole', lowerCase: false, presentation: ta },
  { type: TYPE.DLV, fields: [4, dsDigest], names: 'whole', lowerCase: false, presentation: dlv },
];

/** The descriptor of each type that has one; the others are opaque octets (RFC 3597). */
export const DESCRIPTORS: ReadonlyMap<number, RdataDescriptor> = new Map(rows.map((row) => [row.type, row]));

/**
 * By type, how the names in RDATA may be written compressed: octets before the first name in the upper four bits, the number of
 * names (that follow one another) in the lower; 0: not at all. A typed array, since it is read for every RRset of an answer.
 */
export const COMPRESSION_PLANS: Uint8Array = new Uint8Array(0x10000);
for (const { type, fields, names } of rows) {
  if (names === 'compress') COMPRESSION_PLANS[type] = (octetsBeforeNames(fields) << 4) | fields.filter((field) => field === 'name').length;
}

function octetsBeforeNames(fields: readonly RdataField[]): number {
  return typeof fields[0] === 'number' ? fields[0] : 0;
}
