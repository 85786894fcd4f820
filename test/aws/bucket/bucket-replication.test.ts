import assert from 'node:assert/strict';
import { test } from 'node:test';
import { S3Client } from '@aws-sdk/client-s3';
import { createBucketReplication } from '../../../src/aws/bucket/bucket-facts.ts';
import { answering } from '../canned-answers.ts';
import { ACCOUNT } from '../fixture.ts';

const ROLE = 'arn:aws:iam::111111111111:role/replicate';
const DESTINATION = '<Destination><Bucket>arn:aws:s3:::copies</Bucket></Destination>';

function read(...rules: string[]) {
  const body = `<?xml version="1.0"?><ReplicationConfiguration><Role>${ROLE}</Role>${rules.map((rule) => `<Rule>${rule}</Rule>`).join('')}</ReplicationConfiguration>`;
  const s3 = new S3Client(answering({ status: 200, body, headers: { 'content-type': 'application/xml' } }));
  return createBucketReplication(s3)({ bucket: 'logs', account: ACCOUNT });
}

const kms = (status: string) =>
  `<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>${status}</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>`;

test('a rule of the old schema is read', async () => {
  assert.deepEqual(await read(`<ID>old</ID><Status>Enabled</Status><Prefix>a/</Prefix>${DESTINATION}`), {
    kind: 'read',
    value: [
      { id: 'old', enabled: true, destinationBucket: 'copies', replicatesKms: false, usesSourceKey: false, role: ROLE },
    ],
  });
});

test('a rule of the new schema is read with what it says of SSE-KMS', async () => {
  const encrypted =
    '<Destination><Bucket>arn:aws:s3:::copies</Bucket><EncryptionConfiguration><ReplicaKmsKeyID>k</ReplicaKmsKeyID></EncryptionConfiguration></Destination>';
  const facts = await read(
    `<ID>new</ID><Priority>1</Priority><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>${kms('Enabled')}${encrypted}`,
    `<ID>off</ID><Priority>2</Priority><Filter/><Status>Disabled</Status>${kms('Disabled')}${DESTINATION}`,
    `<Status>Enabled</Status><Filter/>${DESTINATION}`,
  );
  assert.deepEqual(facts, {
    kind: 'read',
    value: [
      {
        id: 'new',
        enabled: true,
        destinationBucket: 'copies',
        replicatesKms: true,
        usesSourceKey: false,
        replicaKeyId: 'k',
        role: ROLE,
      },
      {
        id: 'off',
        enabled: false,
        destinationBucket: 'copies',
        replicatesKms: false,
        usesSourceKey: false,
        role: ROLE,
      },
      {
        id: 'number 3',
        enabled: true,
        destinationBucket: 'copies',
        replicatesKms: false,
        usesSourceKey: false,
        role: ROLE,
      },
    ],
  });
});

const ODD = {
  'rule a has the status Perhaps': `<ID>a</ID><Status>Perhaps</Status>${DESTINATION}`,
  'rule a has the status undefined': `<ID>a</ID>${DESTINATION}`,
  'rule number 1 names no destination bucket': '<Status>Enabled</Status>',
  'rule a has the status Some for SSE-KMS objects': `<ID>a</ID><Status>Enabled</Status>${kms('Some')}${DESTINATION}`,
  'rule a mixes the old schema (Prefix) with the new one (Filter, Priority, UseSourceMultiRegionKey)': `<ID>a</ID><Status>Enabled</Status><Prefix>x</Prefix><Priority>1</Priority>${DESTINATION}`,
};

for (const [found, rule] of Object.entries(ODD)) {
  test(`${found}: unread by name`, async () => {
    assert.deepEqual(await read(rule), {
      kind: 'unread',
      why: `The replication of bucket logs cannot be read from the answer to s3:GetReplicationConfiguration: ${found}.`,
      denied: false,
    });
  });
}
