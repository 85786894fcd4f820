import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { jobMessage, launchMessage } from '../../src/intake/open-job-message.ts';
import { parseJobMessage, subjectOfJobs } from '../../src/intake/parse-job-message.ts';

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
  const token = 'a'.repeat(40);
  for (const job of [{ token }, { token, jobId: 'job-1' }, { token, again: true as const }])
    assert.deepEqual(parseJobMessage(jobMessage(job)), job);
  assert.deepEqual(parseJobMessage(launchMessage('111122223333')), { account: '111122223333' });
  assert.deepEqual(parseJobMessage(launchMessage('111122223333', true)), { account: '111122223333', again: true });
});

test('messages about one job are handled one after the other, and those of an account', () => {
  const { jobId, ...place } = {
    jobId: 'job-1',
    account: '111122223333',
    region: 'eu-west-1',
    status: 'Complete',
    at: '',
  };
  const triggers = [
    { token: 't', jobId },
    { jobId, ...place },
    { account: place.account },
    { jobId: 'all-open' },
  ] as const;
  assert.deepEqual(triggers.map(subjectOfJobs), ['t', 'job-1', place.account, 'all-open']);
});

test('a message of our own that is not whole is called that', () => {
  const code = 'malformed-message';
  assert.throws(() => parseJobMessage({ reseal: 'assess', version: 2, token: '' }), {
    code,
    message: 'Not a message about jobs: reseal: expected "track" or "launch", found "assess"',
  });
  assert.throws(() => parseJobMessage({ reseal: 'track', version: 2, token: '' }), {
    code,
    message:
      'Not a message about jobs: version: expected 1, the only version of this message there is, found 2; token: expected the token of a job, found ""',
  });
});
