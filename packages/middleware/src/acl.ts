import { DROP, type Middleware, PASS, parseSubnet, RESPOND } from '@dnsteer/router';
import { EDE, RCODE } from '@dnsteer/wire';

export interface AclOptions {
  /** Prefixes that may ask; left out: everybody who is not denied. */
  allow?: readonly string[];
  /** Prefixes that may not, whatever `allow` says. */
  deny?: readonly string[];
  /** What the others get: REFUSED (default) or silence. */
  action?: 'refuse' | 'drop';
}

/**
 * Answers some source addresses only. The address is the packet's, never that of an EDNS Client Subnet option, which anyone can write.
 *
 * @throws RouterError ERR_ROUTER_CLIENT for a prefix that is none.
 */
export function acl({ allow, deny = [], action = 'refuse' }: AclOptions): Middleware {
  const allowed = allow?.map(parseSubnet);
  const denied = deny.map(parseSubnet);
  return {
    name: 'acl',
    admit({ peer, response }) {
      const { address } = peer;
      const refused = denied.some((subnet) => subnet.contains(address)) || allowed?.some((subnet) => subnet.contains(address)) === false;
      if (!refused) return PASS;
      if (action === 'drop') return DROP;
      response.rcode = RCODE.REFUSED;
      response.extendedError(EDE.PROHIBITED);
      return RESPOND;
    },
  };
}
