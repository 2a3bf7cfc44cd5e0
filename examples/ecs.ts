// EDNS Client Subnet (RFC 7871): the resolver tells the network of the client, and the answer says for which network it holds: its scope.
//   www.example.com     by the client's country
//   whoami.example.com  what the server knows of who asks (TXT)
import { openDatabase } from '@dnsteer/geo';
import { createServer } from 'dnsteer';

const geo = await openDatabase();

// Anybody can write a subnet into a query: here only resolvers on this machine are believed. Left out, all of them are.
export const server = createServer({ clientSubnet: ['127.0.0.0/8', '::1/128'] }, (req, res) => {
  // `source` is 'ecs', or 'address' where no subnet came: then it is the address that the query came from.
  const { address, prefixLength, source } = req.client;
  const place = geo.locateText(address);

  if (req.name === 'www.example.com.') {
    const is = (type: string) => req.type === type || req.type === 'ANY';
    const region = place.country === 'DE' ? 20 : 30;
    if (is('A')) res.answers.push({ name: req.name, type: 'A', ttl: 60, data: { address: `198.51.100.${region}` } });
    if (is('AAAA')) res.answers.push({ name: req.name, type: 'AAAA', ttl: 60, data: { address: `2001:db8:${region}::1` } });
    // The database knows how wide the network is in which this country holds. An answer without records is for everybody: scope 0.
    if (res.answers.length > 0) res.ecsScope = place.prefixLength;
  } else if (req.name === 'whoami.example.com.') {
    const text = `${address}/${prefixLength} by ${source}, in ${place.country ?? 'no country'}`;
    if (req.type === 'TXT') res.answers.push({ name: req.name, type: 'TXT', ttl: 0, data: text });
    res.ecsScope = prefixLength;
  } else {
    return res.refuse();
  }
  res.send();
});

const { host, port } = await server.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT ?? 5300) });
console.log(`listening on ${host}:${port}, try

  dig @${host} -p ${port} www.example.com A +subnet=53.1.2.0/24    # CLIENT-SUBNET: 53.1.2.0/24/8
  dig @${host} -p ${port} www.example.com A +subnet=0.0.0.0/0      # the client does not want to be known: scope 0
  dig @${host} -p ${port} whoami.example.com TXT +subnet=53.1.2.0/24`);
