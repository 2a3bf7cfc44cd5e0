// The geo answer by country, in JavaScript with require().
const { openDatabase } = require('@dnsteer/geo');
const { createServer } = require('dnsteer');

const servers = {
  DE: { A: '198.51.100.20', AAAA: '2001:db8:20::20' },
  US: { A: '203.0.113.20', AAAA: '2001:db8:30::20' },
  JP: { A: '192.0.2.20', AAAA: '2001:db8:40::20' },
};

async function main() {
  const geo = await openDatabase();

  const server = createServer((req, res) => {
    if (req.name !== 'www.example.com.' && req.name !== 'client.example.com.') return res.refuse();
    // Other types: no records, whoever asks.
    if (!['A', 'AAAA', 'ANY'].includes(req.type)) return res.send();

    const place = geo.locateText(req.name === 'www.example.com.' ? req.remoteAddress : req.client.address);
    // Resolvers may give an answer to everybody in so wide a network, and to nobody else.
    if (req.name === 'client.example.com.') res.ecsScope = place.prefixLength;

    const { A, AAAA } = servers[place.country] ?? servers.US;
    if (req.type === 'A' || req.type === 'ANY') res.answers.push({ name: req.name, type: 'A', ttl: 60, data: { address: A } });
    if (req.type === 'AAAA' || req.type === 'ANY') res.answers.push({ name: req.name, type: 'AAAA', ttl: 60, data: { address: AAAA } });
    res.send();
  });

  const { host, port } = await server.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT ?? 5300) });
  console.log(`listening on ${host}:${port}, try

  dig @${host} -p ${port} client.example.com A +subnet=53.0.0.0/24`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
