import { createServer } from '../../../../packages/dnsteer/dist/index.js';

const server = createServer((req, res) => {
  if (!req.name.endsWith('.bench.test.')) return res.refuse();
  res.answers.push({ name: req.name, type: 'A', ttl: 300, data: { address: '192.0.2.1' } });
  res.send();
});

await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
