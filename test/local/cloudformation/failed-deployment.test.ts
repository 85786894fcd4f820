import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLocal } from '../../../local/start-local.ts';
import { tinyTemplate, writeTinyStack } from '../tiny-stack.ts';

test('a deployment that failed is tried again by the next call', async () => {
  using stack = writeTinyStack(tinyTemplate());
  await using aws = await startLocal({ stack: { template: stack.template, stackName: 'tiny' } });
  const ensure = () => aws.deployer?.ensure('111111111111', 'eu-west-1');
  aws.faults.add({ kind: 'access-denied', service: 'sqs', operation: 'CreateQueue', times: 1 });
  await assert.rejects(async () => ensure());
  const made = await ensure();
  assert.ok(made);
  assert.deepEqual(aws.deployer?.stacks, [made]);
  assert.equal(await ensure(), made);
});
