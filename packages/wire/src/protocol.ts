// Numbers of the message format that more than one file needs.

/** RFC 1035 4.1.1. */
export const HEADER_OCTETS = 12;

/** Bits of the header's second 16 bits (RFC 1035 4.1.1, RFC 4035 3). */
export const QR = 0x8000;
export const OPCODE_BITS = 0x7800;
export const AA = 0x0400;
export const TC = 0x0200;
export const RD = 0x0100;
export const RA = 0x0080;
export const AD = 0x0020;
export const CD = 0x0010;

/** DO, a bit of OPT's flags (RFC 6891 6.1.4). */
export const DNSSEC_OK = 0x8000;

/** EDNS option codes. */
export const OPTION = { NSID: 3, CLIENT_SUBNET: 8, COOKIE: 10, TCP_KEEPALIVE: 11, PADDING: 12, EXTENDED_ERROR: 15 } as const;
