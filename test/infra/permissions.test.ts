import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { actionsFrom, actionsOf, unknownCommands } from './aws-calls.ts';
import { grants } from './grants.ts';
import { propertiesOf, resourcesOf } from './packaged-template.ts';
import { ROOT } from './reachable-sources.ts';

const LOGICAL_IDS = {
  'assess-bucket': 'AssessDashbucketLambdaFunction',
  'track-job': 'TrackDashjobLambdaFunction',
  'reencrypt-object': 'ReencryptDashobjectLambdaFunction',
  sweep: 'SweepLambdaFunction',
  'announce-change': 'AnnounceDashchangeLambdaFunction',
};

describe('permissions', () => {
  it('are known for every command that the product sends', () => {
    const unknown = globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) =>
      unknownCommands(readFileSync(path.join(ROOT, file), 'utf8')).map((command) => `${file}: ${command}`),
    );
    assert.deepEqual(unknown, [], 'give each command its line in test/infra/aws-calls.ts');
  });

  for (const [name, id] of Object.entries(LOGICAL_IDS)) {
    it(`of ${name} are those that its code and its triggers need, no more and no fewer`, () => {
      const needed = [...actionsOf(name), ...byTemplate(id)];
      const granted = [...grantedTo(`${name} in the hub`), ...grantedTo(`${name} in a member`)];
      assert.deepEqual(without(needed, granted), [], `add to infra/roles/${name}.yml or infra/member/roles.yml`);
      assert.deepEqual(without(granted, needed), [], 'nothing uses these: remove them');
    });

    it(`of ${name} in the hub are over the ledger, queues, the policy, the organization and what announces, and those of its role in members`, () => {
      const others = grants().filter(({ holder, action, resource }) => {
        if (holder !== `${name} in the hub`) return false;
        return !HUB.test(action) && resource !== 'KmsKeyArn' && resource !== 'PolicyBucket/policy/*';
      });
      assert.deepEqual(others, []);
      const assumed = grants().flatMap((each) =>
        each.action === 'sts:AssumeRole' && each.holder === `${name} in the hub` ? [each.resource] : [],
      );
      assert.deepEqual(assumed, [`arn:aws:iam::*:role/reseal-${name}`]);
    });

    it(`of ${name} in a member are over buckets with their metrics, keys, jobs and findings there, its Regions and the rule of Reseal`, () => {
      assert.deepEqual(
        grantedTo(`${name} in a member`).filter(
          (action) => !/^(s3|s3express|s3tables|s3vectors|kms|securityhub|iam|account|events|cloudwatch):/.test(action),
        ),
        [],
      );
    });
  }
});

/** What `reseal policy explain` and `plan` read with, beside the ledger, which is in the hub. */
const READ_BY_EXPLAIN = [
  'bucket/fact-sources',
  'bucket/encryption-of-kinds',
  'bucket/existing-objects',
  'bucket/versioning',
  'bucket/storage-metrics',
  'bucket/versioning',
  'key/keys',
  // Of `reseal plan` alone.
  'organization/account-regions',
  'job/own-role',
].map((name) => `src/aws/${name}.ts`);

it('the permissions of operators in a member are those that reseal policy explain and plan need, no more and no fewer', () => {
  const wired =
    readFileSync(path.join(ROOT, 'src/runtime/explain-with.ts'), 'utf8')
      .split('function explainWith')[1]
      ?.split('\n}')[0] ?? '';
  const makers = [...wired.matchAll(/\b(create\w+)\(/g)].map(([, name = '']) => name);
  assert.deepEqual(
    makers.filter(
      (name) => !READ_BY_EXPLAIN.some((file) => readFileSync(path.join(ROOT, file), 'utf8').includes(name)),
    ),
    [],
    'give the file of each its place in READ_BY_EXPLAIN',
  );
  // The file of encryption writes it too, which explain does not.
  const writes = (action: string) => /:Put|:GenerateDataKey$|kms:Decrypt$/.test(action);
  const needed = READ_BY_EXPLAIN.flatMap((file) => actionsFrom(file)).filter((action) => !writes(action));
  const granted = grantedTo('operators in a member');
  assert.deepEqual(without(needed, granted), [], 'add to infra/member/roles.yml');
  assert.deepEqual(without(granted, needed), [], 'nothing uses these: remove them');
});

const HUB = /^(dynamodb|events|logs|organizations|sns|sqs|sts|xray):/;

function grantedTo(name: string): string[] {
  return grants().flatMap(({ holder, action }) => (holder === name && !action.startsWith('never ') ? [action] : []));
}

const READS_QUEUES = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const READS_STREAMS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (each) => `dynamodb:${each}`,
);

/** The ledger and the queues may be under a key of the account: DynamoDB and SQS ask for its use as the caller. */
const USES_THE_KEY = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey'].map((each) => `kms:${each}`);

const lambda = z.object({ TracingConfig: z.object({ Mode: z.string() }).optional() });

/** What Lambda itself does with the function's role. */
function byTemplate(id: string): string[] {
  const refersToIt = (property: unknown) => JSON.stringify(property).includes(`"${id}"`);
  const of = (type: string) =>
    resourcesOf(type).flatMap(([, { Properties }]) => (refersToIt(Properties['FunctionName']) ? [Properties] : []));
  const mappings = of('AWS::Lambda::EventSourceMapping');
  const isStream = ({ EventSourceArn }: Record<string, unknown>) =>
    JSON.stringify(EventSourceArn).includes('StreamArn');
  const traced = lambda.parse(propertiesOf(id)).TracingConfig?.Mode === 'Active';
  return [
    ...USES_THE_KEY,
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    ...(traced ? ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] : []),
    ...(mappings.some((each) => !isStream(each)) ? READS_QUEUES : []),
    ...(mappings.some(isStream) ? READS_STREAMS : []),
    ...([...mappings, ...of('AWS::Lambda::EventInvokeConfig')].some((each) => 'DestinationConfig' in each)
      ? ['sqs:SendMessage']
      : []),
  ];
}

function without(actions: string[], others: string[]): string[] {
  return [...new Set(actions)].filter((action) => !others.includes(action)).sort();
}
