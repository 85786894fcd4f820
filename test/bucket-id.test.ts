import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketText, partitionOf } from '../src/bucket-id.ts';

test('a bucket is one text: whose it is, where, and its name', () => {
  const id = { account: '111122223333', region: 'eu-west-1', bucket: 'invoices' };
  assert.equal(bucketText(id), '111122223333/eu-west-1/invoices');
  const others = [{ account: '444455556666' }, { region: 'eu-west-2' }, { bucket: 'invoices.' }].map((over) =>
    bucketText({ ...id, ...over }),
  );
  assert.equal(new Set([bucketText(id), ...others]).size, 4);
});

for (const [region, partition] of [
  ['eu-west-1', 'aws'],
  ['us-east-1', 'aws'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['cn-northwest-1', 'aws-cn'],
  ['ca-central-1', 'aws'],
] as const) {
  test(`Region ${region} is in partition ${partition}`, () => assert.equal(partitionOf(region), partition));
}
