// The augmentation below wants the module in the program.
import type {} from 'vitest';
import type { Decision } from '../decide.ts';
import type { Crowd } from './fake-world.ts';

/** What `expect` can do with a Decision, and with a Crowd. */
export interface SteeringMatchers<Result = unknown> {
  /** The answer is these addresses, best first; none: there is no answer. */
  toAnswer(...addresses: readonly string[]): Result;
  /** Every endpoint of the answer, of which there is one at least, is of these pools (`eu`), or one of these endpoints (`eu/fra1`). */
  toGoTo(...ids: readonly string[]): Result;
  /** The ECS scope, in bits. */
  toHaveScope(bits: number): Result;
  /** Seconds. */
  toHaveTtl(seconds: number): Result;
  /** No candidate was left, and `allDown` spoke. */
  toBeAllDown(): Result;
  /** A filter's reason holds this text, or matches this expression. */
  toGiveReason(filter: string, reason: string | RegExp): Result;
  /** Of a crowd: a pool or endpoint gets this share (0 to 1) of it, give or take `within` (0.02 when left out). */
  toHaveShare(id: string, share: number, within?: number): Result;
}

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

declare module 'vitest' {
  interface Matchers<T> extends SteeringMatchers<T> {}
}

/** For `expect.extend` of vitest, or of another program with the same contract. They need nothing of it. */
export const steeringMatchers = {
  toAnswer(decision: Decision, ...addresses: readonly string[]): Verdict {
    return verdict(decision, decision.answers.join() === addresses.join(), `answer ${list(addresses)}`, list(decision.answers));
  },
  toGoTo(decision: Decision, ...ids: readonly string[]): Verdict {
    const { endpoints } = decision;
    const pass = endpoints.length > 0 && endpoints.every((id) => ids.includes(id) || ids.includes(id.slice(0, id.indexOf('/'))));
    return verdict(decision, pass, `go to ${list(ids)}`, list(endpoints));
  },
  toHaveScope(decision: Decision, bits: number): Verdict {
    return verdict(decision, decision.ecsScope === bits, `have scope ${bits}`, `${decision.ecsScope} (${decision.ecsScopeReason})`);
  },
  toHaveTtl(decision: Decision, seconds: number): Verdict {
    return verdict(decision, decision.ttl === seconds, `have TTL ${seconds}`, `${decision.ttl} (${decision.ttlReason})`);
  },
  toBeAllDown(decision: Decision): Verdict {
    return verdict(decision, decision.allDown, 'find all candidates down', decision.allDown ? 'all down' : 'candidates');
  },
  toGiveReason(decision: Decision, filter: string, reason: string | RegExp): Verdict {
    const reasons = decision.trace.filter((step) => step.filter === filter).map((step) => step.reason);
    const pass = reasons.some((text) => (typeof reason === 'string' ? text.includes(reason) : reason.test(text)));
    return verdict(decision, pass, `give as the reason of ${filter} ${String(reason)}`, reasons.join('; ') || 'no step of that filter');
  },
  toHaveShare({ clients, counts }: Crowd, id: string, share: number, within = 0.02): Verdict {
    const found = (counts.get(id) ?? 0) / clients;
    const all = Array.from(counts, ([own, count]) => `${own} ${(count / clients).toFixed(4)}`).sort();
    return {
      pass: Math.abs(found - share) <= within,
      message: () => `expected ${id} to have or not to have a share of ${share} +- ${within}, found ${found.toFixed(4)}\n${all.join('\n')}`,
    };
  },
};

/** Says why it was decided so: that is what whoever reads a failed test wants to know next. */
function verdict({ client, trace }: Decision, pass: boolean, expected: string, found: string): Verdict {
  const steps = trace.map(({ filter, reason }) => `  ${filter}: ${reason}`);
  return { pass, message: () => `expected ${client.subnet} ${pass ? 'not to' : 'to'} ${expected}, found ${found}\n${steps.join('\n')}` };
}

function list(texts: readonly string[]): string {
  return texts.length === 0 ? 'nothing' : texts.join(', ');
}
