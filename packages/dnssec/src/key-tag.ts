/**
 * The key tag of a DNSKEY (RFC 4034 B): a hint at which of the keys made a signature, not a name for it; two keys may share one.
 *
 * @param dnskeyRdata - flags, protocol, algorithm, public key.
 * @returns 0-65535.
 */
export function keyTag(dnskeyRdata: Uint8Array): number {
  const end = dnskeyRdata.length;
  // RSA/MD5 alone takes octets from the modulus (RFC 4034 B.1).
  if (dnskeyRdata[3] === 1) return (dnskeyRdata[end - 3] << 8) | dnskeyRdata[end - 2];
  let sum = 0;
  for (let i = 0; i < end; i++) sum += i & 1 ? dnskeyRdata[i] : dnskeyRdata[i] << 8;
  return (sum + (sum >>> 16)) & 0xffff;
}
