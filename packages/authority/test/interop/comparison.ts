import type { Answerer } from '@dnsteer/router';
import { exchangeRawUdp, type Server } from '../../../../tooling/testkit/index.ts';
import { askMessage, encodeQuery } from '../ask.ts';
import { describeMessage } from '../describe.ts';

/** What the peers send over UDP at most. */
const UDP_OCTETS = 1232;

/** What a peer says otherwise, and why that is right or nobody's business. */
export type Excuse = (question: string, line: string) => boolean;

/** A response as a set of lines: order within a section and case mean nothing (RFC 4343), and an Extended DNS Error is for people. */
function linesOf(message: Uint8Array): Set<string> {
  return new Set(
    describeMessage(message)
      .toLowerCase()
      .split('\n')
      .filter((line) => !line.startsWith('ede ')),
  );
}

/** What only they (`-`) and what only we (`+`) answer, by question. */
export async function differences(
  zone: Answerer,
  server: Server,
  questions: readonly string[],
  dnssec: boolean,
  isExcused: Excuse,
): Promise<string[]> {
  const found: string[] = [];
  for (const question of questions) {
    const reply = await exchangeRawUdp(server.port, encodeQuery(question, dnssec ? 'do' : 'plain'));
    if (reply === undefined) throw new Error(`no answer to ${question}`);
    const theirs = linesOf(reply);
    const ours = linesOf((await askMessage(zone, question, { dnssec, limitOctets: UDP_OCTETS })).message);
    // What is left out of a response with TC is everybody's own choice (RFC 2181 9).
    if (isTruncated(theirs) && isTruncated(ours)) continue;
    const lines = [
      ...[...theirs].filter((line) => !ours.has(line)).map((line) => `- ${line}`),
      ...[...ours].filter((line) => !theirs.has(line)).map((line) => `+ ${line}`),
    ].filter((line) => !isExcused(question, line));
    if (lines.length > 0) found.push(`${question}\n${lines.join('\n')}`);
  }
  return found;
}

function isTruncated(lines: Set<string>): boolean {
  return / tc$/.test([...lines][0]);
}
