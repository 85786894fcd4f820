import { spawn } from 'node:child_process';
import { startLocal } from '../local/start-local.ts';
const local = await startLocal({ stack: { template: '/tmp/pkg-l3/cloudformation-template-update-stack.json', stackName: 'reseal-prod', parameters: { SettleSeconds: '0' }, keys: ['alias/reseal'] } });
const run = (...args: string[]) => new Promise<void>((resolve) => {
  const child = spawn('aws', args, { env: { PATH: process.env['PATH'], HOME: '/tmp', AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'x', AWS_DEFAULT_REGION: 'eu-west-1', AWS_ENDPOINT_URL: local.endpoint, AWS_PAGER: '' }, stdio: 'inherit' });
  child.on('close', () => resolve());
});
const q = `${local.endpoint}/111111111111/q1`;
await run('sqs', 'create-queue', '--queue-name', 'q1');
await run('sqs', 'send-message', '--queue-url', q, '--message-body', 'hi', '--message-attributes', '{"a":{"DataType":"String","StringValue":"b"}}');
await run('sqs', 'receive-message', '--queue-url', q, '--message-attribute-names', 'All', '--attribute-names', 'All');
await run('sqs', 'get-queue-url', '--queue-name', 'nope');
await run('lambda', 'invoke', '--function-name', 'reseal-prod-sweep', '--payload', '{}', '/tmp/out-l3.json');
await run('lambda', 'list-functions', '--query', 'Functions[].FunctionName');
await run('dynamodb', 'list-tables');
await run('dynamodb', 'describe-time-to-live', '--table-name', 'abc');
console.log(await local.world.activity.idle(10000));
for (const f of local.functions.list()) for (const l of f.log.lines) console.log('   ', l.slice(0, 900));
await local.close();
