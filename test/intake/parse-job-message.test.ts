import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseJobMessage } from '../../src/intake/parse-job-message.ts';

const recorded: object = JSON.parse(
  readFileSync(new URL('../../events/job-status-changed/complete.json', import.meta.url), 'utf8'),
);

describe('what is no change of a job is ignored by name', () => {
  const rows: [string, object, string][] = [
    ['another source', { source: 'aws.batch' }, 'aws.batch JobStatusChanged'],
    ['another detail-type', { 'detail-type': 'AWS API Call via CloudTrail' }, 'aws.s3 JobStatusChanged'],
    ['another event', { detail: { eventName: 'CreateJob' } }, 'aws.s3 CreateJob'],
  ];
  for (const [name, change, what] of rows) {
    test(name, () => {
      assert.deepEqual(parseJobMessage({ ...recorded, ...change }), {
        ignored: `${what} is no change of a job's status`,
      });
    });
  }
});

test('fields that AWS may add later change nothing', () => {
  assert.deepEqual(parseJobMessage({ ...recorded, addedLater: {} }), parseJobMessage(recorded));
});
