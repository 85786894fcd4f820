import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketArn, bucketByArn, bucketText, isReportsBucket, nameOf, partitionOf } from '../src/bucket-id.ts';

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

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const isOne = (name: string, prefix = 'reseal-reports') => isReportsBucket(name, prefix, PLACE);

test('a bucket for reports is known by the part of a stack id, the account and the Region in its name', () => {
  assert.equal(isOne('reseal-reports-0a1b2c3d-111122223333-eu-west-1-an'), true);
  assert.equal(isOne('reports-0a1b2c3d-111122223333-eu-west-1-an', 'reports'), true);
  // In a Region without namespaces for accounts.
  assert.equal(isOne('reseal-reports-0a1b2c3d-111122223333-eu-west-1'), true);
});

test('no other bucket passes for one', () => {
  for (const name of [
    'reseal-reports-0a1b2c3d-444455556666-eu-west-1-an',
    'reseal-reports-0a1b2c3d-111122223333-eu-west-2-an',
    'reseal-reports-111122223333-eu-west-1-an',
    'reseal-reports-data-111122223333-eu-west-1-an',
    'reseal-reports-0a1b2c3d4-111122223333-eu-west-1-an',
    'reseal-reports-0A1B2C3D-111122223333-eu-west-1-an',
    'my-reseal-reports-0a1b2c3d-111122223333-eu-west-1-an',
    'reseal-reports-0a1b2c3d-111122223333-eu-west-1-an-an',
    'reseal-reports-111122223333-eu-west-1',
    '-111122223333-eu-west-1',
    '',
  ])
    assert.equal(isOne(name), false, name);
});

test('a table bucket or a vector bucket is known by its ARN, which is also its ARN', () => {
  const bucket = 'arn:aws-cn:s3vectors:cn-north-1:111122223333:bucket/lake';
  const named = { service: 's3vectors', region: 'cn-north-1', account: '111122223333', name: 'lake' };
  assert.deepEqual([bucketByArn(bucket), nameOf(bucket)], [named, 'lake']);
  assert.equal(bucketArn({ ...PLACE, bucket }, 'aws-cn'), bucket);
});

test('every other text is a name', () => {
  for (const bucket of ['lake', 'arn:aws:s3:::lake', 'arn:aws:s3tables:eu-west-1:111122223333:bucket/lake/table/1']) {
    assert.deepEqual([bucketByArn(bucket), nameOf(bucket)], [undefined, bucket]);
  }
  const names = ['lake', 'lake--euw1-az1--x-s3'].map((bucket) => bucketArn({ ...PLACE, bucket }, 'aws'));
  assert.deepEqual(names, [
    'arn:aws:s3:::lake',
    'arn:aws:s3express:eu-west-1:111122223333:bucket/lake--euw1-az1--x-s3',
  ]);
});
