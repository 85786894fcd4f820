import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { startLocal } from '../../../local/start-local.ts';
import type { Setting } from '../../../scripts/scenario/dependents/dependent.ts';
import { dependentOf, useAgain } from '../../../scripts/scenario/dependents/dependents.ts';
import { groundOf } from '../../../scripts/scenario/embedded-stage.ts';
import { connect } from '../../../scripts/scenario/endpoint.ts';
import { createBucket, setDefault } from '../../../scripts/scenario/make-bucket.ts';
import { type Kind, KINDS } from '../../../scripts/scenario/play.ts';
import { putAll } from '../../../scripts/scenario/put-objects.ts';
import { readObjects } from '../../../scripts/scenario/read-bucket.ts';
import type { Wanted } from '../../../scripts/scenario/wanted.ts';

const PLACE = { account: '111111111111', region: 'eu-west-1' };
const PARTNER = '444455556666';

/** What an offence says after a repair that should have been a hold. */
const BROKEN: Partial<Record<Kind, RegExp>> = {
  'access-log-target':
    /^a-bucket: server access logging no longer works: Error: no log of a request to a-bucket-source/,
  'load-balancer-logs':
    /^a-bucket: load balancer logging no longer works: Error: logdelivery\S+ could not write AWSLogs/,
  'cloudtrail-logs': /^a-bucket: CloudTrail logging no longer works: Error: cloudtrail\S+ could not write AWSLogs/,
  'replication-source': /^a-bucket: replication no longer works: NoSuchVersion: /,
  'foreign-reader': /^a-bucket: reading from another account no longer works: AccessDenied: /,
  'public-website': /^a-bucket: the website no longer works: Error: after\/index.html is answered with 403/,
  'access-point': /^a-bucket: reading by another account's access point no longer works: AccessDenied: /,
};

/** A bucket under SSE-S3 in an embedded AWS, and the standard that would be put on it. */
async function open() {
  const local = await startLocal();
  const key = local.world.keys.create({ accountId: PLACE.account, region: PLACE.region }).arn;
  const wanted: Wanted = { algorithm: 'aws:kms', keyArn: key, bucketKey: true };
  const owner = connect(local.endpoint, PLACE);
  const partner = connect(local.endpoint, { ...PLACE, account: PARTNER });
  const setting: Setting = {
    bucket: 'a-bucket',
    place: PLACE,
    owner,
    partnerAccount: PARTNER,
    partner,
    wanted,
    stage: groundOf(local),
  };
  await createBucket(owner.s3, setting.bucket, PLACE.region);
  return { setting, [Symbol.asyncDispose]: () => local.close() };
}

test('somebody depends on a bucket of each of these kinds, and on no other', () => {
  assert.deepEqual(
    KINDS.filter((kind) => dependentOf(kind) !== undefined),
    Object.keys(BROKEN),
  );
});

describe('who depends on a bucket', () => {
  for (const [kind, offence] of Object.entries(BROKEN)) {
    test(`finds nothing broken while it is left alone, and says so after a wrong repair: ${kind}`, async () => {
      await using opened = await open();
      const { setting } = opened;
      const dependent = dependentOf(KINDS.find((each) => each === kind) ?? 'new');
      assert.ok(dependent);
      await dependent.arrange(setting);
      const before = await dependent.use(setting, 'before');
      const { written, broken } = await useAgain(dependent, setting);
      assert.equal(broken, undefined);
      assert.equal(written.size, before.size);
      await setDefault(setting.owner.s3, setting.bucket, setting.wanted);
      assert.match((await useAgain(dependent, setting)).broken ?? '', offence);
    });
  }
});

test('what a service wrote counts as intact, what the scenario wrote must read back as it was', async () => {
  await using opened = await open();
  const { bucket, owner, wanted } = opened.setting;
  for (const Key of ['by-us', 'by-a-service']) {
    await owner.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'something else' }));
  }
  const readings = await readObjects({ s3: owner.s3, bucket, written: new Map([['by-us', {}]]) }, wanted);
  assert.deepEqual(
    [...readings].map(([key, { intact }]) => [key, intact]),
    [
      ['by-a-service', true],
      ['by-us', false],
    ],
  );
});

test('objects of a directory bucket have its one storage class, and are intact', async () => {
  await using opened = await open();
  const { owner, wanted } = opened.setting;
  const bucket = 'directory--euw1-az1--x-s3';
  await createBucket(owner.s3, bucket, 'eu-west-1');
  const written = await putAll(owner.s3, bucket, ['by-us']);
  const readings = await readObjects({ s3: owner.s3, bucket, written }, wanted);
  assert.equal(readings.get('by-us')?.intact, true);
});
