import { CHOSEN, type ChoiceStatus, type DynamicChoice, ERROR, NODATA } from '@dnsteer/authority';
import { Context, type Exchange, type Handler, messageOf, type Reporter, RouterError, readRecord } from '@dnsteer/router';
import { EDE, equalNames, parseName, RCODE, TYPE, typeText } from '@dnsteer/wire';
import type { DynamicSource } from './dynamic-source.ts';
import { DnsteerError } from './errors.ts';

/**
 * A handler at an owner name inside a zone. What it answers becomes that owner's RRset, and is signed with the zone: records of another name or
 * type have no place there and are an error.
 */
export function handlerSource(handler: Handler, report: Reporter): DynamicSource {
  return {
    choose(type, exchange, choice) {
      const { qtype } = exchange;
      // Either may be said late, when the exchange holds another question.
      const tell = (code: string, message: string, error?: unknown) =>
        report({ code, message: `${context.name} ${typeText(qtype)}: ${message}`, ...(error !== undefined && { error }) });
      const context = new Context(exchange, undefined, () =>
        tell('ERR_ROUTER_SENT_TWICE', 'the handler called res.send() a second time; the first answer stands'),
      );
      const fail = (error: unknown): ChoiceStatus => {
        const known = error instanceof DnsteerError || error instanceof RouterError;
        const code = known ? error.code : 'ERR_HANDLER';
        if (known) tell(code, error.message);
        else tell(code, `the handler threw: ${messageOf(error)}`, error);
        choice.extendedErrorCode = EDE.OTHER;
        choice.extendedErrorText = code;
        return ERROR;
      };
      try {
        const promise = handler(context);
        if (typeof promise?.then !== 'function') return readReply(context, type, exchange, choice);
        return promise.then(() => readReply(context, type, exchange, choice)).catch(fail);
      } catch (error) {
        return fail(error);
      }
    },
  };
}

function readReply({ res, name, ecsScope }: Context, type: number, exchange: Exchange, choice: DynamicChoice): ChoiceStatus {
  if (res.rcode === RCODE.REFUSED || res.rcode === RCODE.SERVFAIL) {
    choice.rcode = res.rcode;
    choice.extendedErrorCode = res.extendedError?.code ?? -1;
    choice.extendedErrorText = res.extendedError?.text ?? '';
    return ERROR;
  }
  if (res.rcode !== RCODE.NOERROR) {
    throw new DnsteerError(
      'ERR_DNSTEER_HANDLER_RCODE',
      `found RCODE ${res.rcode}; the name exists in the zone, so NOERROR, REFUSED or SERVFAIL are left`,
    );
  }
  choice.ttlSeconds = Number.POSITIVE_INFINITY;
  for (const record of res.answers) {
    const { type: found, ttlSeconds, rdata } = readRecord(record);
    const elsewhere = record.name !== undefined && !equalNames(parseName(record.name), exchange.sname.octets);
    // One of the owner's RRsets answers ANY; those of its other types may be left out (RFC 8482 4.1).
    if (found !== type && !elsewhere && exchange.qtype === TYPE.ANY) continue;
    if (found !== type || elsewhere) {
      throw new DnsteerError(
        'ERR_DNSTEER_HANDLER_RECORD',
        `found a record ${record.name ?? name} ${record.type}, expected ${name} ${typeText(type)}`,
      );
    }
    choice.rdatas.push(rdata);
    choice.ttlSeconds = Math.min(choice.ttlSeconds, ttlSeconds);
  }
  choice.scopePrefix = ecsScope;
  if (choice.rdatas.length > 0) return CHOSEN;
  // It may have an answer the next time.
  choice.ttlSeconds = 0;
  return NODATA;
}
