import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CreateStackCommand, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { NO_VALUE } from '../../local/cloudformation/intrinsics.ts';
import { createScope } from '../../local/cloudformation/scope.ts';
import { evaluate } from '../../local/cloudformation/intrinsics.ts';
import type { Place } from '../../local/cloudformation/resource.ts';
import { startLocal } from '../../local/start-local.ts';
import { isReportsBucket } from '../../src/bucket-id.ts';
import { createClients } from '../local/clients.ts';
import { memberTemplate } from './member-template.ts';

const ACCOUNT = '111122223333';
const LONGEST_PREFIX = 'a2345678901234567890123';
const template = memberTemplate('region');

/** The name and the namespace that the template gives the bucket in one stack. */
function made(region: string, over: { prefix?: string; generation?: number } = {}) {
  const { prefix = 'reseal-reports', generation = 0 } = over;
  const place = { account: ACCOUNT, region, stackName: 'members', generation } as unknown as Place;
  const parameters = new Map<string, string>([['ReportsBucketPrefix', prefix]]);
  const scope = createScope({ template, parameters, created: new Map(), place });
  const { BucketName, BucketNamespace } = template.Resources['ReportsBucket']?.Properties ?? {};
  return { name: String(evaluate(BucketName, scope)), namespace: evaluate(BucketNamespace, scope) };
}

test("a bucket for reports is in the account's own namespace, where there is one, and known by its name", () => {
  for (const region of ['eu-west-1', 'us-gov-west-1', 'cn-northwest-1', 'ap-southeast-7']) {
    const { name, namespace } = made(region);
    assert.equal(namespace, 'account-regional', region);
    assert.match(name, new RegExp(`^reseal-reports-[0-9a-f]{8}-${ACCOUNT}-${region}-an$`));
    assert.equal(isReportsBucket(name, 'reseal-reports', { account: ACCOUNT, region }), true);
  }
  for (const region of ['me-south-1', 'me-central-1']) {
    const { name, namespace } = made(region);
    assert.equal(namespace, NO_VALUE, region);
    assert.match(name, new RegExp(`^reseal-reports-[0-9a-f]{8}-${ACCOUNT}-${region}$`));
    assert.equal(isReportsBucket(name, 'reseal-reports', { account: ACCOUNT, region }), true);
  }
});

test('its name fits under the longest prefix in the longest Region, and the template takes no longer one', () => {
  assert.equal(made('ap-southeast-7', { prefix: LONGEST_PREFIX }).name.length, 63);
  const { AllowedPattern } = template.Parameters['ReportsBucketPrefix'] ?? {};
  assert.match(LONGEST_PREFIX, new RegExp(String(AllowedPattern)));
  assert.doesNotMatch(`${LONGEST_PREFIX}4`, new RegExp(String(AllowedPattern)));
});

test('a stack that is made again gives it another name', () => {
  assert.notEqual(made('eu-west-1', { generation: 1 }).name, made('eu-west-1').name);
});

test('a deployment that is rolled back leaves no bucket in the way of the next one of the same stack', async () => {
  for (const operation of ['PutBucketLifecycleConfiguration', 'PutBucketPolicy']) {
    await using aws = await startLocal();
    await using clients = createClients(aws);
    const { cloudFormation } = clients;
    const StackName = 'members';
    const status = async () => (await cloudFormation.send(new DescribeStacksCommand({}))).Stacks?.[0]?.StackStatus;
    // As osls makes a stack: first with its own bucket alone.
    const TemplateBody = 'Resources: { Queue: { Type: AWS::SQS::Queue } }';
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
    const whole = readFileSync(new URL('../../infra/member/region.yml', import.meta.url), 'utf8');
    aws.faults.add({ kind: 'access-denied', operation });
    await cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody: whole }));
    assert.equal(await status(), 'UPDATE_ROLLBACK_COMPLETE');
    aws.faults.clear();
    await cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody: whole }));
    assert.equal(await status(), 'UPDATE_COMPLETE', operation);
  }
});
