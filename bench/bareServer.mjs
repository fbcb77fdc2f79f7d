/**
 * The yardstick of bench/backend.ts: node:http and nothing else. POST parses the body as JSON and checks the size of a
 * field; GET answers with 10 kB. Prints its address.
 */
import { createServer } from 'node:http';

const file = Buffer.alloc(10_000, 7);
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/zip', 'content-length': file.length }).end(file);
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { teks, padding } = JSON.parse(Buffer.concat(chunks).toString());
    response.writeHead(Array.isArray(teks) && /^[a-f0-9]*$/.test(padding) ? 204 : 400).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
