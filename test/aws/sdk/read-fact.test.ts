import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFact } from '../../../src/aws/sdk/read-fact.ts';
import { ResealError } from '../../../src/errors.ts';

const ASKED = { what: 'The website of bucket logs', action: 's3:GetBucketWebsite' };
const failing = (name: string) => () => Promise.reject(Object.assign(new Error('said S3'), { name }));
const start = (name: string) => `The website of bucket logs could not be read with s3:GetBucketWebsite (${name}`;
const GONE = '): it is not there any more, or not in this account and Region.';

test('what is read is the value', async () => {
  assert.deepEqual(await readFact(ASKED, async () => 1), { kind: 'read', value: 1 });
});

const FAILURES: [name: string, why: string, more: object][] = [
  [
    'AccessDenied',
    "): allow s3:GetBucketWebsite to Reseal's role, and see that no other policy denies it.",
    { denied: true },
  ],
  ['PermanentRedirect', '): it is in another Region.', { denied: false }],
  // Only of a bucket that is gone it is known that there is nothing to read any more.
  ['NoSuchBucket', GONE, { denied: false, gone: true }],
  ['NotFoundException', GONE, { denied: false }],
  ['SlowDown', ': said S3): it is tried again later.', { denied: false }],
  ['TimeoutError', ': said S3): it is tried again later.', { denied: false }],
];

for (const [name, why, more] of FAILURES) {
  test(`${name} is a fact that is not read, with what to do`, async () => {
    const fact = await readFact(ASKED, failing(name));
    assert.deepEqual(fact, { kind: 'unread', why: `${start(name)}${why}`, ...more });
  });
}

test('a name that is an answer is a value, and no other name is', async () => {
  const asked = { ...ASKED, absent: { NoSuchWebsiteConfiguration: false } };
  const found = await readFact(asked, failing('NoSuchWebsiteConfiguration'));
  assert.deepEqual(found, { kind: 'read', value: false });
  for (const name of ['NoSuchBucket', 'constructor', 'toString']) {
    assert.equal((await readFact(asked, failing(name))).kind, 'unread', name);
  }
});

test('an answer of a shape that is not known is not read, in our own words', async () => {
  const fact = await readFact(ASKED, async (odd) => {
    throw odd('no Owner');
  });
  const why = 'The website of bucket logs cannot be read from the answer to s3:GetBucketWebsite: no Owner.';
  assert.deepEqual(fact, { kind: 'unread', why, denied: false });
  await readFact(ASKED, async (odd) => {
    const error = odd('no Owner');
    assert(error instanceof ResealError);
    assert.deepEqual([error.code, error.retryable], ['unreadable', true]);
  });
});

test('that the time is over is no fact', async () => {
  const over = new ResealError('out-of-time', 'over', { retryable: true });
  const reading = readFact(ASKED, () => Promise.reject(over));
  await assert.rejects(reading, over);
});
