import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderConclusion } from '../../../scripts/scenario/conclusion.ts';
import { type BucketResult, summarise } from '../../../scripts/scenario/result.ts';

function result(over: Partial<BucketResult> = {}): BucketResult {
  const place = { account: '111111111111', region: 'eu-west-1', rule: 'default' };
  const objects = { total: 5, identical: 4, reencrypted: 2, below: 0, excused: 3 };
  return {
    bucket: 'b',
    ...place,
    verdict: 'repair',
    reasons: [],
    before: 'SSE-S3',
    after: 'SSE-KMS',
    objects,
    ...over,
  };
}

const TOLD = {
  repaired: 2,
  jobs: 3,
  objectsProcessed: 8,
  price: { usd: 0.75, atLeast: false, sentence: 'At most $0.75 once.' },
  seconds: 9,
  working: ['logs: CloudTrail logging', 'site: the website'],
  broken: [],
};

test('the conclusion counts what was read, explains what is excused, and tells the time, who still works and the price', () => {
  const results = [result({ secondsToRepair: 4 }), result({ secondsToRepair: 2.5 }), result({ verdict: 'compliant' })];
  const text = renderConclusion(summarise(results, TOLD), 300);
  for (const line of [
    /^Read back: 15 objects of 3 buckets, Reseal's own reports bucket among them\. 12 are identical, byte for byte/,
    /^Excused: 9 objects are not under the standard, and are not meant to be: /m,
    /^Repaired: 2\.5 to 4 s after the change/m,
    /^Still working: logs: CloudTrail logging; site: the website\.$/m,
    /^Jobs: 3\. Of the 8 objects that they wrote, 6 were below the standard; 2 had its key already, which S3's filter cannot leave out, or are in buckets not listed here\. In AWS they would cost at most \$0\.75 once\.$/m,
    /^Try next:$/m,
    /^reseal: 3 buckets, 2 repaired, 1 compliant, 0 held, 0 exempt, 0 unreadable, 6 objects re-encrypted, 9 excused, 0 objects below standard$/m,
  ]) {
    assert.match(text, line);
  }
  assert.doesNotMatch(text, /Broken/);
});

test('the conclusion leaves out what there is none of, and names what is broken', () => {
  const objects = { total: 0, identical: 0, reencrypted: 0, below: 0, excused: 0 };
  const broken = ['logs: CloudTrail logging no longer works: Error: 403'];
  const told = { ...TOLD, objectsProcessed: 0, working: [], broken };
  const text = renderConclusion(summarise([result({ objects })], told), 64);
  assert.match(text, /^Jobs: 3\. In AWS they would cost/m);
  assert.doesNotMatch(text, /Excused|Repaired|Still/);
  assert.match(text, /^Broken: logs: CloudTrail logging no longer works: Error: 403$/m);
  assert.deepEqual(
    text.split('\n').filter((line) => line.length > 64),
    [],
  );
});
