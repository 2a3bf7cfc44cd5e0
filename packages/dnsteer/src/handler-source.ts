import { CHOSEN, type ChoiceStatus, type DynamicChoice, ERROR, NODATA } from '@dnsteer/authority';
import { Context, type Handler, type Reporter } from '@dnsteer/router';
import { EDE, equalNames, parseName, RCODE, typeCode, typeText } from '@dnsteer/wire';
import { encodeRdata } from '@dnsteer/wire/records';
import type { DynamicSource } from './dynamic-source.ts';
import { DnsteerError } from './errors.ts';

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

/**
 * A handler at an owner name inside a zone. What it answers becomes that owner's RRset, and is signed with the zone: records of another name or
 * type have no place there and are an error.
 */
export function handlerSource(handler: Handler, report: Reporter): DynamicSource {
  return {
    choose(type, exchange, choice) {
      const context = new Context(exchange, NO_PARAMS, () =>
        report({
          code: 'ERR_ROUTER_SENT_TWICE',
          message: `${context.name} ${context.type}: the handler called res.send() a second time; the first answer stands`,
        }),
      );
      const fail = (error: unknown): ChoiceStatus => {
        const code = error instanceof DnsteerError ? error.code : 'ERR_HANDLER';
        report({ code, message: `${context.name} ${typeText(type)}: ${String((error as Error)?.message ?? error)}`, error });
        choice.extendedErrorCode = EDE.OTHER;
        choice.extendedErrorText = code;
        return ERROR;
      };
      try {
        const promise = handler(context);
        if (typeof promise?.then !== 'function') return readReply(context, type, choice);
        return promise.then(() => readReply(context, type, choice)).catch(fail);
      } catch (error) {
        return fail(error);
      }
    },
  };
}

function readReply({ res, name }: Context, type: number, choice: DynamicChoice): ChoiceStatus {
  if (res.rcode === RCODE.REFUSED || res.rcode === RCODE.SERVFAIL) {
    choice.rcode = res.rcode;
    return ERROR;
  }
  if (res.rcode !== RCODE.NOERROR) {
    throw new DnsteerError(
      'ERR_DNSTEER_HANDLER_RCODE',
      `found RCODE ${res.rcode}; the name exists in the zone, so NOERROR, REFUSED or SERVFAIL are left`,
    );
  }
  if (res.answers.length === 0) return NODATA;
  const owner = parseName(name);
  choice.ttlSeconds = Number.POSITIVE_INFINITY;
  for (const record of res.answers) {
    if (typeCode(record.type) !== type || (record.name !== undefined && !equalNames(parseName(record.name), owner))) {
      throw new DnsteerError(
        'ERR_DNSTEER_HANDLER_RECORD',
        `found a record ${record.name ?? name} ${record.type}, expected ${name} ${typeText(type)}`,
      );
    }
    choice.rdatas.push(encodeRdata(type, record.data));
    choice.ttlSeconds = Math.min(choice.ttlSeconds, record.ttl ?? 0);
  }
  choice.scopePrefix = res.ecsScope;
  return CHOSEN;
}
