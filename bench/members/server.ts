/** The process of ../members.ts that is AWS: answers AssumeRole, GetBucketEncryption and DescribeKey, and at /figures what it was asked. */
import { createServer } from 'node:http';

/** As long as those of STS are. */
const TOKEN = 't'.repeat(1_100);
const figures = { sessions: 0, open: 0, most: 0 };

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => (body += piece));
  request.on('end', () => response.end(answerTo(request.url ?? '', body)));
});
server.keepAliveTimeout = 20_000;
server.on('connection', (socket) => {
  figures.open += 1;
  figures.most = Math.max(figures.most, figures.open);
  socket.once('close', () => (figures.open -= 1));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});

function answerTo(url: string, body: string): string {
  if (url === '/figures') {
    const told = JSON.stringify(figures);
    Object.assign(figures, { sessions: 0, most: figures.open });
    return told;
  }
  if (url.includes('encryption'))
    return '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>';
  if (!body.includes('AssumeRole')) return '{"KeyMetadata":{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}}';
  figures.sessions += 1;
  const until = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA${figures.sessions}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>${TOKEN}</SessionToken><Expiration>${until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}
