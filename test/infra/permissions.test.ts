import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { AWS_CALLS } from './aws-calls.ts';
import { grants } from './grants.ts';
import { propertiesOf, resourcesOf } from './packaged-template.ts';
import { reachableSources, ROOT } from './reachable-sources.ts';

const LOGICAL_IDS = {
  'assess-bucket': 'AssessDashbucketLambdaFunction',
  'track-job': 'TrackDashjobLambdaFunction',
  sweep: 'SweepLambdaFunction',
};

/** What the actions of one call need beside themselves. */
const ALSO: Record<string, string[]> = {
  // CreateJob hands the Batch role to S3.
  's3:CreateJob': ['iam:PassRole'],
};

describe('permissions', () => {
  it('are known for every command that src/aws sends', () => {
    const sent = globSync('src/aws/*.ts', { cwd: ROOT }).flatMap((file) => {
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      return [...source.matchAll(/new (\w+Command)\(/g)].map(([, command]) => `${path.basename(file)}: ${command}`);
    });
    const known = AWS_CALLS.map(({ file, command }) => `${file}: ${command}`);
    assert.deepEqual(
      [...new Set(sent)].sort(),
      known.sort(),
      'give each command of src/aws its line in test/infra/aws-calls.ts',
    );
  });

  it('are known by fragments of code that are still there', () => {
    const files = globSync('src/{remediation,runtime}/*.ts', { cwd: ROOT });
    const code = files.map((file) => readFileSync(path.join(ROOT, file), 'utf8')).join('\n');
    const gone = AWS_CALLS.flatMap(({ calledAs }) => calledAs).filter((fragment) => !code.includes(fragment));
    assert.deepEqual(gone, [], 'correct calledAs in test/infra/aws-calls.ts');
  });

  for (const [name, id] of Object.entries(LOGICAL_IDS)) {
    it(`of ${name} are those that its code and its triggers need, no more and no fewer`, () => {
      const needed = [...byCode(name), ...byTemplate(id)];
      const granted = grants().flatMap(({ holder, action }) => (holder === name ? [action] : []));
      const file = `infra/roles/${name}.yml`;
      assert.deepEqual(without(needed, granted), [], `add to ${file}`);
      assert.deepEqual(without(granted, needed), [], `nothing uses these: remove from ${file}`);
    });
  }
});

function byCode(name: string): string[] {
  const files = [...reachableSources(`functions/${name}.ts`)].filter(([file]) => !file.startsWith('src/aws/'));
  const code = files.map(([, source]) => source).join('\n');
  return AWS_CALLS.filter(({ calledAs }) => calledAs.some((fragment) => code.includes(fragment))).flatMap(
    ({ action }) => [action, ...(ALSO[action] ?? [])],
  );
}

const lambda = z.object({ TracingConfig: z.object({ Mode: z.string() }).optional() });

/** What Lambda itself does with the function's role. */
function byTemplate(id: string): string[] {
  const refersToIt = (property: unknown) => JSON.stringify(property).includes(`"${id}"`);
  const has = (type: string) => resourcesOf(type).some(([, { Properties }]) => refersToIt(Properties['FunctionName']));
  const traced = lambda.parse(propertiesOf(id)).TracingConfig?.Mode === 'Active';
  return [
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    ...(traced ? ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] : []),
    ...(has('AWS::Lambda::EventSourceMapping')
      ? ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
      : []),
    ...(has('AWS::Lambda::EventInvokeConfig') ? ['sqs:SendMessage'] : []),
  ];
}

function without(actions: string[], others: string[]): string[] {
  return [...new Set(actions)].filter((action) => !others.includes(action)).sort();
}
