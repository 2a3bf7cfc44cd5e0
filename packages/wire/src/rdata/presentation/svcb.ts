import { domainName, unsigned } from '../fields.ts';
import { type Field, record } from '../form.ts';
import { decodeSvcParams, encodeSvcParams } from '../svc-objects.ts';
import { formatSvcParams, parseSvcParams } from '../svc-params.ts';

const svcParams: Field = {
  parse: parseSvcParams,
  format: (rdata) => formatSvcParams(rdata.rest()),
  object: { encode: encodeSvcParams, decode: (rdata) => decodeSvcParams(rdata.rest()) },
};

/** RFC 9460 2.1. */
export const svcb = record({ priority: unsigned(2, 'the priority'), target: domainName('the target name'), params: svcParams });
