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

const ENABLED = '<ID>a</ID><Status>Enabled</Status>';
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

const MIXES = 'mixes the old schema (Prefix) with the new one (Filter, Priority, UseSourceMultiRegionKey)';
const sourceKey = (inside: string) =>
  `<Destination><Bucket>arn:aws:s3:::copies</Bucket><EncryptionConfiguration><UseSourceMultiRegionKey>${inside}</UseSourceMultiRegionKey></EncryptionConfiguration></Destination>`;

test("a rule that uses the source's key is told with the Region of its destination, where S3 names it", async () => {
  const xml = { 'content-type': 'application/xml' };
  const using = sourceKey('<Status>Enabled</Status>').replace('<Bucket>', '<Account>444455556666</Account><Bucket>');
  const body = `<ReplicationConfiguration><Role>${ROLE}</Role><Rule>${ENABLED}<Filter/>${using}</Rule></ReplicationConfiguration>`;
  const rule = { id: 'a', enabled: true, destinationBucket: 'copies', replicatesKms: false, role: ROLE };
  const named = { 'x-amz-bucket-region': 'us-west-2' };
  for (const [head, region] of [
    [{ status: 200, headers: named }, { destinationRegion: 'us-west-2' }],
    [{ status: 403, headers: named }, { destinationRegion: 'us-west-2' }],
    [{ status: 403 }, {}],
  ] as const) {
    const s3 = new S3Client(answering({ status: 200, body, headers: xml }, head));
    const read = await createBucketReplication(s3)({ bucket: 'logs', account: ACCOUNT });
    assert.deepEqual(read, { kind: 'read', value: [{ ...rule, usesSourceKey: true, ...region }] });
  }
});

test('an answer without rules or without a role is no configuration', async () => {
  for (const inside of ['', `<Role>${ROLE}</Role>`, `<Rule><Status>Enabled</Status>${DESTINATION}</Rule>`]) {
    const body = `<ReplicationConfiguration>${inside}</ReplicationConfiguration>`;
    const s3 = new S3Client(answering({ status: 200, body, headers: { 'content-type': 'application/xml' } }));
    const fact = await createBucketReplication(s3)({ bucket: 'logs', account: ACCOUNT });
    assert(fact.kind === 'unread' && fact.why.endsWith(': it has no rules or no role.'), JSON.stringify(fact));
  }
});

const ODD: [found: string, rule: string][] = [
  ['rule a has the status Perhaps', `<ID>a</ID><Status>Perhaps</Status>${DESTINATION}`],
  ['rule a has the status undefined', `<ID>a</ID>${DESTINATION}`],
  ['rule number 1 names no destination bucket', '<Status>Enabled</Status>'],
  ['rule number 1 names no destination bucket', '<ID></ID><Status>Enabled</Status><Destination></Destination>'],
  ['rule a has the status Some for SSE-KMS objects', `${ENABLED}${kms('Some')}${DESTINATION}`],
  [
    'rule a has the status undefined for SSE-KMS objects',
    `${ENABLED}<SourceSelectionCriteria><SseKmsEncryptedObjects><X>1</X></SseKmsEncryptedObjects></SourceSelectionCriteria>${DESTINATION}`,
  ],
  ['rule a has the status Some for UseSourceMultiRegionKey', `${ENABLED}${sourceKey('<Status>Some</Status>')}`],
  ['rule a has the status undefined for UseSourceMultiRegionKey', `${ENABLED}${sourceKey('<X>1</X>')}`],
  [`rule a ${MIXES}`, `${ENABLED}<Prefix>x</Prefix><Priority>1</Priority>${DESTINATION}`],
  [`rule a ${MIXES}`, `${ENABLED}<Prefix>x</Prefix><Filter><Prefix>x</Prefix></Filter>${DESTINATION}`],
  [`rule a ${MIXES}`, `${ENABLED}<Prefix>x</Prefix>${sourceKey('<Status>Disabled</Status>')}`],
];

for (const [found, rule] of ODD) {
  test(`${found}: unread by name (${rule})`, async () => {
    assert.deepEqual(await read(rule), {
      kind: 'unread',
      why: `The replication of bucket logs cannot be read from the answer to s3:GetReplicationConfiguration: ${found}.`,
      denied: false,
    });
  });
}
