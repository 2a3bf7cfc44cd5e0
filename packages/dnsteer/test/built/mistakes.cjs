const { createServer } = require('dnsteer');

// What handlers should not do, by name.
const server = createServer({ pendingTimeoutMs: 300 }, (req, res) => {
  const answer = { name: req.name, type: 'A', ttl: 30, data: { address: '192.0.2.10' } };
  switch (req.name) {
    case 'slip.test.':
      req.answers.push(answer);
      return res.send();
    case 'throws.test.':
      throw new Error('boom');
    case 'rejects.test.':
      return Promise.reject(new Error('boom'));
    case 'silent.test.':
      return;
    case 'unsent.test.':
      return Promise.resolve();
    case 'record.test.':
      res.answers.push({ ...answer, data: { address: 'nowhere' } });
      return res.send();
    case 'twice.test.':
      res.answers.push(answer);
      res.send();
      return res.send();
    case 'late.test.':
      res.answers.push(answer);
      res.send();
      return Promise.reject(new Error('boom'));
    case 'callback.test.':
      return setTimeout(() => {
        throw new Error('boom in a callback');
      });
    default:
      res.answers.push(answer);
      res.send();
  }
});

server.listen({ host: '127.0.0.1', port: 0 }).then(({ host, port }) => console.log(`listening on ${host}:${port}`));
