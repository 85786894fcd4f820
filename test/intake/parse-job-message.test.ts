import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openJobMessage } from '../../src/intake/open-job-message.ts';
import { parseJobMessage } from '../../src/intake/parse-job-message.ts';

const read = (path: string): object =>
  JSON.parse(readFileSync(new URL(`../../events/${path}`, import.meta.url), 'utf8'));
const recorded = read('job-status-changed/complete.json');

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

test('a scheduled event asks for all open jobs, and a message of our own for one', () => {
  assert.deepEqual(parseJobMessage(read('sweep/scheduled.json')), { jobId: 'all-open' });
  const job = { token: 'a'.repeat(40), jobId: 'job-1', bucket: 'data' };
  assert.deepEqual(parseJobMessage(openJobMessage(job)), { token: job.token, jobId: 'job-1' });
});

test('a message of our own that is not whole is called that', () => {
  assert.throws(() => parseJobMessage({ reseal: 'assess', version: 2, token: '' }), {
    code: 'malformed-message',
    message:
      'Not a message about an open job: reseal: expected "track", found "assess"; version: expected 1, the only version of this message there is, found 2; token: expected the token of a job, found ""; jobId: expected the id of a job, found nothing',
  });
});
