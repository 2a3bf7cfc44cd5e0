// A geo answer by country.
//   www.example.com     by the address that the query came from: that of the client's resolver
//   client.example.com  by the client's own network, where the resolver tells it (EDNS Client Subnet)
import { openDatabase } from '@dnsteer/geo';
import { createServer } from 'dnsteer';

const servers: Record<string, { A: string; AAAA: string }> = {
  DE: { A: '198.51.100.20', AAAA: '2001:db8:20::20' },
  US: { A: '203.0.113.20', AAAA: '2001:db8:30::20' },
  JP: { A: '192.0.2.20', AAAA: '2001:db8:40::20' },
};
const elsewhere = servers.US;

// The country database that comes with @dnsteer/geo; openDatabase('GeoLite2-City.mmdb') reads another one.
const geo = await openDatabase();

export const server = createServer((req, res) => {
  if (req.name !== 'www.example.com.' && req.name !== 'client.example.com.') return res.refuse();
  // Other types: no records, whoever asks.
  if (!['A', 'AAAA', 'ANY'].includes(req.type)) return res.send();

  const place = geo.locateText(req.name === 'www.example.com.' ? req.remoteAddress : req.client.address);
  // Resolvers may give an answer to everybody in so wide a network, and to nobody else.
  if (req.name === 'client.example.com.') res.ecsScope = place.prefixLength;

  const { A, AAAA } = servers[place.country ?? ''] ?? elsewhere;
  if (req.type === 'A' || req.type === 'ANY') res.answers.push({ name: req.name, type: 'A', ttl: 60, data: { address: A } });
  if (req.type === 'AAAA' || req.type === 'ANY') res.answers.push({ name: req.name, type: 'AAAA', ttl: 60, data: { address: AAAA } });
  res.send();
});

const { host, port } = await server.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT ?? 5300) });
console.log(`listening on ${host}:${port}, try

  dig @${host} -p ${port} www.example.com A
  dig @${host} -p ${port} client.example.com ANY +subnet=53.0.0.0/24
  dig @${host} -p ${port} client.example.com AAAA +subnet=133.1.1.0/24`);
