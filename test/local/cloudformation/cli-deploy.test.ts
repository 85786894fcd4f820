import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { startLocal } from '../../../local/start-local.ts';
import { aws as cli, cliMissing } from '../aws-cli.ts';
import { createClients } from '../clients.ts';

const template = (timeout: number): string => `
Parameters:
  Settle: { Type: Number, Default: 3 }
  Topic: { Type: String, Default: '' }
Resources:
  Work: { Type: AWS::SQS::Queue, Properties: { QueueName: work, DelaySeconds: !Ref Settle, VisibilityTimeout: ${timeout} } }
`;

test(
  'aws cloudformation deploy makes a stack, changes it with the parameters that it had, and sees when nothing changed',
  { skip: cliMissing() },
  async () => {
    await using local = await startLocal();
    await using clients = createClients(local);
    const folder = mkdtempSync(join(tmpdir(), 'reseal-deploy-'));
    const file = join(folder, 'template.yml');
    const deploy = async (timeout: number, more: readonly string[] = []) => {
      writeFileSync(file, template(timeout));
      const args = ['cloudformation', 'deploy', '--template-file', file, '--stack-name', 'cli', ...more];
      const { status, error } = await cli(local, args);
      assert.equal(status, 0, error);
      const { Stacks: [stack] = [] } = await clients.cloudFormation.send(
        new DescribeStacksCommand({ StackName: 'cli' }),
      );
      return [stack?.StackStatus, stack?.Parameters?.[0]?.ParameterValue];
    };
    try {
      assert.deepEqual(await deploy(30, ['--parameter-overrides', 'Settle=9']), ['CREATE_COMPLETE', '9']);
      assert.deepEqual(await deploy(60), ['UPDATE_COMPLETE', '9']);
      assert.deepEqual(await deploy(60, ['--no-fail-on-empty-changeset']), ['UPDATE_COMPLETE', '9']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
