// A health-aware answer, in JavaScript with import: a plain map of regions, in which whoever knows sets `healthy`.
// Here that is you: type "eu down" and "eu up".
import { createInterface } from 'node:readline';
import { createServer } from 'dnsteer';

const regions = {
  eu: { A: '198.51.100.20', AAAA: '2001:db8:20::20', healthy: true },
  us: { A: '203.0.113.20', AAAA: '2001:db8:30::20', healthy: true },
};

const server = createServer((req, res) => {
  if (req.name !== 'www.example.com.') return res.refuse();

  const all = Object.values(regions);
  const healthy = all.filter((region) => region.healthy);
  // With all of them down, an answer that may work is better than none.
  for (const { A, AAAA } of healthy.length > 0 ? healthy : all) {
    if (req.type === 'A' || req.type === 'ANY') res.answers.push({ name: req.name, type: 'A', ttl: 30, data: { address: A } });
    if (req.type === 'AAAA' || req.type === 'ANY') res.answers.push({ name: req.name, type: 'AAAA', ttl: 30, data: { address: AAAA } });
  }
  res.send();
});

createInterface({ input: process.stdin }).on('line', (line) => {
  const [name, state] = line.split(' ');
  if (name in regions) regions[name].healthy = state === 'up';
  console.log(regions);
});

const { host, port } = await server.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT ?? 5300) });
console.log(`listening on ${host}:${port}, try

  dig @${host} -p ${port} www.example.com A`);
