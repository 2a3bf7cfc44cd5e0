import { domainName, type Presentation, sequence, unsigned } from '../presentation.ts';
import { formatSvcParams, parseSvcParams } from '../svc-params.ts';

const svcParams: Presentation = {
  parse: parseSvcParams,
  format: (rdata) => formatSvcParams(rdata.rest()),
};

/** RFC 9460 2.1. */
export const svcb = sequence(unsigned(2, 'the priority'), domainName('the target name'), svcParams);
