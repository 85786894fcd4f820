import { VERSION } from '../../src/runtime/version.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invokeInChild } from './invoke-in-child.ts';
import { batchOf } from './lambda-input.ts';

const ENVIRONMENT = {
  POWERTOOLS_SERVICE_NAME: 'reseal',
  POWERTOOLS_METRICS_NAMESPACE: 'Reseal',
  LOG_LEVEL: 'INFO',
  AWS_REGION: 'eu-west-1',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
};

/** A line without the member that tells the time. */
function without(member: string, line: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(line).filter(([name]) => name !== member));
}

test('an invocation prints one line per outcome and all its metrics', async () => {
  const { outcome, lines } = await invokeInChild({
    module: 'test/runtime/scripted-handler.ts',
    payload: batchOf('a', 'nobody', 'b'),
    environment: ENVIRONMENT,
  });
  assert.deepEqual(outcome, { result: { batchItemFailures: [] } });
  const logged = lines
    .filter((line) => 'level' in line)
    .map((line) => without('timestamp', line))
    .toSorted((a, b) => String(a['bucket'] ?? a['subject']).localeCompare(String(b['bucket'] ?? b['subject'])));
  const everyLine = {
    service: 'reseal',
    sampling_rate: 0,
    version: VERSION,
    cold_start: true,
    function_arn: 'arn:aws:lambda:eu-west-1:111111111111:function:reseal-prod-assess-bucket',
    function_memory_size: '512',
    function_name: 'reseal-prod-assess-bucket',
    function_request_id: '11111111-2222-4333-8444-555555555555',
  };
  assert.deepEqual(logged, [
    { level: 'INFO', message: 'done', ...everyLine, bucket: 'a', kind: 'repair', jobs: 2 },
    { level: 'INFO', message: 'done', ...everyLine, bucket: 'b', kind: 'repair', jobs: 2 },
    {
      level: 'ERROR',
      message: 'message buried',
      ...everyLine,
      messageId: 'm1',
      code: 'write-refused',
      error: 'there is no bucket nobody',
      subject: 'nobody',
    },
  ]);
  const metrics = lines.filter((line) => '_aws' in line).map((line) => without('_aws', line));
  assert.deepEqual(metrics, [{ service: 'reseal', Repair: [1, 1], Buried: 1 }]);
});

test('a level above INFO keeps the outcomes silent, and the metrics not', async () => {
  const { lines } = await invokeInChild({
    module: 'test/runtime/scripted-handler.ts',
    payload: batchOf('a'),
    environment: { ...ENVIRONMENT, LOG_LEVEL: 'ERROR' },
  });
  assert.deepEqual(
    lines.map(({ Repair, message }) => ({ Repair, message })),
    [{ Repair: 1, message: undefined }],
  );
});
