import { decodeMessage, type Message, type OptRecord } from '@dnsteer/wire/records';
import dnsPacket from 'dns-packet';
import type { Subject } from './apps.ts';
import { type Expected, expected } from './reference.ts';

export type Transport = 'udp' | 'tcp';

type Demand = (holds: boolean, what: string) => void;

const RCODES = { formerr: 1, notimp: 4, badvers: 16 } as const;
/** NOERROR, FORMERR for a QTYPE that is none, SERVFAIL, NXDOMAIN, REFUSED, YXDOMAIN, NOTAUTH. */
const ANSWERS = [0, 1, 2, 3, 5, 6, 9];
/** The server cookie is valid, or missing; it is not valid (RFC 7873 5.4). */
const COOKIE_ANSWERS = [0, 23];
const AXFR = 252;
const WITH_RECORDS = [0, 3, 6];
const BUFFER_OCTETS = 65535;
const CANARY_OCTETS = 16;
const CANARY = 0xa5;
const TC = 0x0200;
/** dns-packet looks at one response in so many: it takes longer than all the rest. */
const SECOND_OPINION = 16;

/** What a broken promise of the server looks like: which packet, and which promise. */
export class Broken extends Error {
  constructor(packet: Uint8Array, transport: Transport, what: string) {
    super(`${what}\n${transport} query, ${packet.length} octets: ${Buffer.from(packet).toString('hex')}`);
    this.name = 'Broken';
  }
}

/** Judges answers, wherever they come from. */
export class AnswerJudge {
  readonly #reports: Subject['reports'];
  #answered = 0;

  /** @param reports - what the server reports, if it is in this process; emptied. */
  constructor(reports: Subject['reports'] = []) {
    this.#reports = reports;
  }

  /** Responses that were judged. */
  get answered(): number {
    return this.#answered;
  }

  /**
   * @param reply - empty for silence.
   * @throws Broken.
   */
  judge(packet: Uint8Array, transport: Transport, reply: Uint8Array, want = expected(packet)): void {
    const limit = transport === 'udp' ? want.limitOctets : BUFFER_OCTETS;
    const demand: Demand = (holds, what) => {
      if (!holds) throw new Broken(packet, transport, `${what}\nresponse: ${Buffer.from(reply).toString('hex')}`);
    };
    this.#judgeReports(demand);
    if (want.reply === 'none' || reply.length === 0) {
      demand(reply.length === 0, 'an answer to a response, or to less than a header');
      demand(want.reply === 'none', 'silence');
      return;
    }
    this.#answered++;
    demand(reply[2]! >= 0x80, 'QR is not set');
    demand(reply[0] === packet[0] && reply[1] === packet[1], 'another ID');
    demand((reply[2]! & 0x78) === (packet[2]! & 0x78), 'another opcode');
    demand(reply.length <= limit, `${reply.length} octets, the limit is ${limit}`);
    if (transport === 'tcp') demand(((reply[2]! << 8) & TC) === 0, 'TC over TCP, with room left');
    judgeQuestion(want.questionEnd, packet, reply, demand);
    const answers = transport === 'udp' && isAxfr(packet, want) ? [...ANSWERS, RCODES.notimp] : ANSWERS;
    judgeRecords(want, answers, reply, this.#parsed(reply, demand), demand);
  }

  #parsed(reply: Uint8Array, demand: Demand): Message {
    try {
      if (this.#answered % SECOND_OPINION === 0) dnsPacket.decode(Buffer.from(reply));
      return decodeMessage(reply);
    } catch (error) {
      demand(false, `a response that can't be parsed: ${(error as Error).message}`);
      throw error;
    }
  }

  /** Only the handler that throws may fail: an exception of our own would be reported too. */
  #judgeReports(demand: Demand): void {
    for (const { code, message } of this.#reports.splice(0)) {
      demand(message.endsWith('the handler threw: boom'), `report ${code}: ${message}`);
    }
  }
}

/** Asks as a listener does: the buffers of the packet and of the response are used again for the next one. */
export class Judge extends AnswerJudge {
  readonly #subject: Subject;
  readonly #packet = new Uint8Array(BUFFER_OCTETS);
  readonly #out = new Uint8Array(BUFFER_OCTETS + CANARY_OCTETS);
  readonly #peer = { address: '192.0.2.200', port: 40000, family: 4 as 4 | 6, transport: 'udp' as Transport };

  constructor(subject: Subject) {
    super(subject.reports);
    this.#subject = subject;
  }

  /**
   * Sends a packet and judges what comes back.
   *
   * @returns the response, empty for silence; a promise where it comes later.
   * @throws Broken.
   */
  ask(packet: Uint8Array, transport: Transport): Uint8Array | Promise<Uint8Array> {
    const { app } = this.#subject;
    const want = expected(packet);
    const limit = transport === 'udp' ? want.limitOctets : BUFFER_OCTETS;
    this.#packet.set(packet);
    this.#peer.transport = transport;
    this.#out.fill(CANARY, limit, limit + CANARY_OCTETS);
    let reply: ReturnType<typeof app.respond>;
    try {
      reply = app.respond(this.#packet, packet.length, this.#peer, this.#out);
    } catch (error) {
      throw new Broken(packet, transport, `respond threw ${String((error as Error).stack)}`);
    }
    for (let at = limit; at < limit + CANARY_OCTETS; at++) {
      if (this.#out[at] !== CANARY) throw new Broken(packet, transport, `octet ${at} was written to, behind the limit of ${limit}`);
    }
    if (typeof reply === 'number') {
      const octets = this.#out.slice(0, reply);
      this.judge(packet, transport, octets, want);
      return octets;
    }
    // What waits must not look at the listener's buffers any more.
    this.#packet.fill(0xee, 0, packet.length);
    this.#out.fill(0xee, 0, limit);
    return reply.then(
      (octets = new Uint8Array(0)) => {
        this.judge(packet, transport, octets, want);
        return octets;
      },
      (error) => {
        throw new Broken(packet, transport, `respond rejected with ${String((error as Error).stack)}`);
      },
    );
  }
}

function judgeQuestion(end: number | undefined, packet: Uint8Array, reply: Uint8Array, demand: Demand): void {
  const questions = (reply[4]! << 8) | reply[5]!;
  demand(questions === (end === undefined ? 0 : 1), `${questions} questions`);
  for (let at = 12; at < (end ?? 12); at++) demand(packet[at] === reply[at], 'another question');
}

/** AXFR is not defined over UDP (RFC 5936 4.2). */
function isAxfr(packet: Uint8Array, { questionEnd }: Expected): boolean {
  return questionEnd !== undefined && packet[questionEnd - 4] === 0 && packet[questionEnd - 3] === AXFR;
}

function judgeRecords(want: Expected, answers: readonly number[], reply: Uint8Array, message: Message, demand: Demand): void {
  const opt = message.additionals.find((record): record is OptRecord => record.type === 'OPT');
  const rcode = ((opt?.extendedRcode ?? 0) << 4) | (reply[3]! & 15);
  if (want.reply === 'answer') {
    demand(answers.includes(rcode), `RCODE ${rcode}`);
    demand((opt !== undefined) === want.hasEdns, 'OPT in one of query and response only');
  } else if (want.reply === 'cookie') {
    demand(COOKIE_ANSWERS.includes(rcode), `RCODE ${rcode} with a cookie alone`);
    demand(message.answers.length + message.authorities.length === 0, 'records for no question');
  } else if (want.reply !== 'none') demand(rcode === RCODES[want.reply], `RCODE ${rcode}, expected ${want.reply}`);
  if (opt !== undefined) demand(opt.ednsVersion === 0, 'another EDNS version than 0');
  const records = message.answers.length + message.authorities.length + message.additionals.length - (opt === undefined ? 0 : 1);
  if (!WITH_RECORDS.includes(rcode)) demand(records === 0, `records beside RCODE ${rcode}`);
  if (want.clientSubnet !== undefined) judgeSubnet(want.clientSubnet, rcode, opt, demand);
  if (want.cookie !== undefined) {
    // RFC 7873 5.2.3: the client's half comes back as it was; a packet that was overwritten in the meantime would show here.
    const cookie = opt?.options?.find(({ code }) => code === 10)?.data;
    demand(cookie?.length === 24 && Buffer.compare(cookie.subarray(0, 8), want.cookie) === 0, 'another cookie');
  }
}

/** RFC 7871 7.2.1: FAMILY and SOURCE as they came; no scope for what is for everyone. */
function judgeSubnet(asked: Uint8Array, rcode: number, opt: OptRecord | undefined, demand: Demand): void {
  const echoed = opt?.options?.find(({ code }) => code === 8);
  demand(echoed !== undefined, 'no client subnet in the response');
  const { family, sourcePrefixLength: source, scopePrefixLength: scope = 0 } = echoed ?? {};
  demand(family === asked[1] && source === asked[2], 'another client subnet');
  demand(scope <= (family === 1 ? 32 : 128), `scope /${scope}`);
  if (rcode !== 0 || source === 0) demand(scope === 0, `scope /${scope} beside RCODE ${rcode}, source /${source}`);
}
