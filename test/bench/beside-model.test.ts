import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { besideModel, far } from '../../bench/figures/beside-model.ts';
import { SERVICES, sweepWork } from '../../scripts/scale/sweep-work.ts';

const organization = { accounts: 20, regions: 17, buckets: 10_000, isUnderKey: true };

describe('what a bench prints beside the model', () => {
  it('has each service with what was counted and what the model says', () => {
    const { calls } = sweepWork(organization);
    const counted = new Map([
      ['ListBuckets', calls['S3 lists'] - 3],
      ['ListTableBuckets', 3],
      ['DescribeRule', 2 * calls.EventBridge],
    ]);
    const line = besideModel(organization, counted, ['S3 lists', 'EventBridge']);
    assert.equal(
      line,
      `calls beside the model (10 %): S3 lists ${calls['S3 lists']}, model ${calls['S3 lists']}; EventBridge 680, model 340 (+100 %, OUTSIDE)`,
    );
    for (const service of SERVICES) assert.match(besideModel(organization, new Map()), new RegExp(`${service} 0,`));
  });

  it('names what is outside of the margin, but for a handful', () => {
    assert.deepEqual([far(109, 100), far(91, 100), far(6, 1)], ['', '', '']);
    assert.deepEqual([far(111, 100), far(50, 100)], [' (+11 %, OUTSIDE)', ' (-50 %, OUTSIDE)']);
    assert.equal(far(140, 100, 0.5), '');
  });
});
