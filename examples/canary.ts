// A canary: 5 % of the networks get the new version, always the same ones.
// (A share of the answers instead of the networks: `Math.random() < 0.05`, and no ECS scope.)
import { definePolicy } from '@dnsteer/steering';
import { createServer } from 'dnsteer';

const web = definePolicy(
  { name: 'web', pools: ['web'], chain: [{ weighted: { sticky: true } }, { first: 1 }], ttl: { max: 60 } },
  {
    pools: [
      {
        name: 'web',
        endpoints: [
          { name: 'stable', addresses: ['198.51.100.20', '2001:db8:20::20'], weight: 95 },
          { name: 'canary', addresses: ['198.51.100.99', '2001:db8:20::99'], weight: 5 },
        ],
      },
    ],
  },
);

export const server = createServer((req, res) => {
  if (req.name !== 'www.example.com.') return res.refuse();

  const client = `${req.client.address}/${req.client.prefixLength}`;
  for (const type of ['A', 'AAAA'] as const) {
    if (req.type !== type && req.type !== 'ANY') continue;
    const { answers, ttl, ecsScope } = web.decide({ client, type });
    for (const address of answers) res.answers.push({ name: req.name, type, ttl, data: { address } });
    // The version hangs on the network's first 24 bits (56 of IPv6), so the answer holds for these.
    res.ecsScope = ecsScope;
  }
  res.send();
});

const { host, port } = await server.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT ?? 5300) });
console.log(`listening on ${host}:${port}, try

  dig @${host} -p ${port} www.example.com A +subnet=192.0.2.0/24
  for i in $(seq 1 200); do dig @${host} -p ${port} +short www.example.com A +subnet=10.0.$i.0/24; done | sort | uniq -c`);
