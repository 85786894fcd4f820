import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { getAtt, ownPropertiesOf, propertiesOf, resourcesOf } from './packaged-template.ts';
import { reachableSources } from './reachable-sources.ts';

const FUNCTIONS = [
  { name: 'assess-bucket', id: 'AssessDashbucketLambdaFunction', role: 'HubAssessBucketRole', timeout: 60 },
  { name: 'track-job', id: 'TrackDashjobLambdaFunction', role: 'HubTrackJobRole', timeout: 120 },
  {
    name: 'reencrypt-object',
    id: 'ReencryptDashobjectLambdaFunction',
    role: 'HubReencryptObjectRole',
    timeout: 900,
  },
  { name: 'sweep', id: 'SweepLambdaFunction', role: 'HubSweepRole', timeout: 900 },
  { name: 'announce-change', id: 'AnnounceDashchangeLambdaFunction', role: 'HubAnnounceChangeRole', timeout: 120 },
];

/** How Lambda takes it that they send to their own queues. A copy of terabytes goes on for longer than a chain of 16. */
const RECURSIVE: Record<string, 'Allow' | 'Terminate'> = {
  'assess-bucket': 'Terminate',
  'track-job': 'Terminate',
  'reencrypt-object': 'Allow',
  sweep: 'Terminate',
};

/** Read by Powertools, or set by Lambda itself: no file of the product reads the former, and the stack does not set the latter. */
const POWERTOOLS = ['LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME'];
const SET_BY_LAMBDA = ['AWS_LAMBDA_FUNCTION_NAME', 'AWS_REGION', 'LAMBDA_TASK_ROOT'];

const environment = z.object({ Variables: z.record(z.string(), z.unknown()) });

describe('functions', () => {
  for (const { name, id, role, timeout } of FUNCTIONS) {
    const { Environment, Code, Description, ...rest } = propertiesOf(id);
    const { Variables } = environment.parse(Environment);

    it(`run on Node.js 24 under a role of their own: ${name}`, () => {
      assert.deepEqual(rest, {
        Handler: `functions/${name}.handler`,
        Runtime: 'nodejs24.x',
        FunctionName: `reseal-prod-${name}`,
        MemorySize: 512,
        Timeout: timeout,
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        Role: getAtt(role),
        ...(RECURSIVE[name] === undefined ? {} : { RecursiveLoop: RECURSIVE[name] }),
      });
      assert.equal(typeof Description, 'string');
      assert.match(z.object({ S3Key: z.string() }).parse(Code).S3Key, new RegExp(`/${name}\\.zip$`));
    });

    it(`get every setting that they read, and no other: ${name}`, () => {
      const set = Object.keys(Variables).filter((variable) => !POWERTOOLS.includes(variable));
      assert.deepEqual(set.sort(), settingsRead(name));
    });
  }

  it("know all of the hub's buckets as their own; those for reports by their names", () => {
    const { Variables } = environment.parse(propertiesOf('AssessDashbucketLambdaFunction')['Environment']);
    const own = z.object({ 'Fn::Join': z.tuple([z.literal(','), z.array(z.object({ Ref: z.string() }))]) });
    const refs = own.parse(Variables['OWN_BUCKETS'])['Fn::Join'][1].map(({ Ref }) => Ref);
    const buckets = resourcesOf('AWS::S3::Bucket').map(([bucket]) => bucket);
    assert.deepEqual([...refs, 'ReportsBucket'].sort(), buckets.sort());
    assert.deepEqual(Variables['REPORTS_BUCKET_PREFIX'], { Ref: 'ReportsBucketPrefix' });
  });

  it('that send to their own queue keep what recursive loop detection refuses, in a dead-letter queue', () => {
    const mapping = z.object({
      FunctionName: z.unknown(),
      EventSourceArn: z.object({ 'Fn::GetAtt': z.array(z.string()) }),
    });
    const functions = FUNCTIONS.filter(({ name }) => RECURSIVE[name] !== undefined).map(({ id }) => id);
    const queues = resourcesOf('AWS::Lambda::EventSourceMapping').flatMap(([id]) => {
      const { FunctionName, EventSourceArn } = mapping.parse(propertiesOf(id));
      const isOurs = functions.some((each) => isDeepStrictEqual(FunctionName, getAtt(each)));
      return isOurs ? [EventSourceArn['Fn::GetAtt'][0] ?? ''] : [];
    });
    const redrives = queues.map((queue) => [queue, propertiesOf(queue)['RedrivePolicy']]);
    assert.deepEqual(redrives, [
      ['AssessQueue', { deadLetterTargetArn: getAtt('AssessDeadLetters'), maxReceiveCount: 5 }],
      ['SweepQueue', { deadLetterTargetArn: getAtt('SweepDeadLetters'), maxReceiveCount: 5 }],
      ['WriteQueue', { deadLetterTargetArn: getAtt('AssessDeadLetters'), maxReceiveCount: 5 }],
      ['MembershipQueue', { deadLetterTargetArn: getAtt('SweepRunDeadLetters'), maxReceiveCount: 5 }],
      ['JobQueue', { deadLetterTargetArn: getAtt('JobDeadLetters'), maxReceiveCount: 5 }],
      ['ObjectQueue', { deadLetterTargetArn: getAtt('ObjectDeadLetters'), maxReceiveCount: 5 }],
      ['InlineQueue', { deadLetterTargetArn: getAtt('ObjectDeadLetters'), maxReceiveCount: 5 }],
    ]);
  });

  it('have a log group each', () => {
    const groups = resourcesOf('AWS::Logs::LogGroup').map(([id]) => ownPropertiesOf(id));
    const expected = FUNCTIONS.map(({ name }) => ({ LogGroupName: `/aws/lambda/reseal-prod-${name}` }));
    assert.deepEqual(groups, expected);
  });
});

/** The names that stand in `readSettings([...])` and `readOptional(...)` in any file that the function runs. */
function settingsRead(name: string): string[] {
  const code = [...reachableSources(`functions/${name}.ts`).values()].join('\n');
  const optional = [...code.matchAll(/readOptional\('(\w+)'\)/g)].map(([, setting = '']) => setting);
  const lists = [...code.matchAll(/readSettings\(\[([^\]]*)\]/g)].map(([, list = '']) => list);
  const names = lists.flatMap((list) => [...list.matchAll(/'(\w+)'/g)].map(([, setting = '']) => setting));
  return [...new Set([...names, ...optional])].filter((setting) => !SET_BY_LAMBDA.includes(setting)).sort();
}
