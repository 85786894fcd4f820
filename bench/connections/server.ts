/** The server's process of ../connections.ts: answers every request over TLS as a bucket without access logs, and tells, when all are closed, how many connections were open at most. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [key = '', certificate = ''] = process.argv.slice(2);
const BODY = '<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';

const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_request, response) => {
  response.setHeader('content-type', 'application/xml').end(BODY);
});
server.keepAliveTimeout = 20_000;
let open = 0;
let most = 0;
let asked = false;
server.on('connection', (socket) => {
  open += 1;
  most = Math.max(most, open);
  socket.on('close', () => {
    open -= 1;
    tell();
  });
});
process.on('message', () => {
  asked = true;
  tell();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});

/** The client that was measured has ended when its last connection is closed. */
function tell(): void {
  if (!asked || open > 0) return;
  process.send?.({ most });
  [asked, most] = [false, 0];
}
