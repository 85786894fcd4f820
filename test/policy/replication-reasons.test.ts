import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReplicationRule } from '../../src/policy/facts.ts';
import type { Encryption } from '../../src/policy/model.ts';
import { type Replicated, replicationReasons } from '../../src/policy/replication-reasons.ts';
import { statementsOf } from '../iam/documents.ts';
import { ACCOUNT, bucketWith, FOREIGN_KEY, KEY, OTHER_KEY, safetyWith, USABLE } from './literals.ts';

const RULE: ReplicationRule = {
  id: 'to-copies',
  enabled: true,
  destinationBucket: 'copies',
  replicatesKms: true,
  replicaKeyId: KEY,
  usesSourceKey: false,
  role: `arn:aws:iam::${ACCOUNT}:role/replicate`,
};
const ROOT = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
const NAMED = { ...ROOT, Principal: { AWS: RULE.role }, Action: 'kms:Decrypt' };
const THROUGH_S3 = {
  ...ROOT,
  Principal: { AWS: '*' },
  Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
};

interface Told extends Partial<Omit<Replicated, 'state' | 'safety'>> {
  /** The encryption before the write. */
  was?: Encryption;
  rules?: ReplicationRule[];
  /** Statements of the key policy. */
  keyPolicy?: object[];
  bucketPolicy?: object[];
}

/** A bucket under SSE-S3 that gets the key with a Bucket Key, changed as a test needs it. */
function holds({ was = { algorithm: 'AES256' }, rules = [RULE], keyPolicy, bucketPolicy = [], ...change }: Told) {
  const isReadable = change.key === undefined || change.key.account === ACCOUNT;
  const safety = safetyWith({
    replication: rules,
    keyPolicy: isReadable ? statementsOf({ Statement: keyPolicy ?? [ROOT] }) : undefined,
    bucketPolicy: statementsOf({ Statement: bucketPolicy }),
  });
  return replicationReasons({
    state: bucketWith(was),
    key: USABLE,
    partition: 'aws',
    bucketKey: true,
    safety,
    ...change,
  });
}
const codes = (told: Told) => holds(told).map(({ code }) => code);

const SAME: Encryption = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
const UNCACHED: Encryption = { algorithm: 'aws:kms', keyId: KEY };
const OTHER: Encryption = { algorithm: 'aws:kms', keyId: OTHER_KEY, bucketKey: true };

test('a bucket that is no source, or whose rules are off, loses nothing', () => {
  const off = { ...RULE, enabled: false, replicatesKms: false };
  assert.deepEqual([holds({ rules: [] }), holds({ rules: [off, { ...RULE, enabled: false }] })], [[], []]);
});

test('a rule that skips SSE-KMS objects is named with its destination and what to set', () => {
  assert.deepEqual(holds({ rules: [{ ...RULE, replicatesKms: false }] }), [
    {
      code: 'replication-skips-kms',
      message:
        'Replication rule to-copies copies bucket logs to copies and skips SSE-KMS objects, so new objects would no longer be copied: ' +
        'set SourceSelectionCriteria.SseKmsEncryptedObjects to Enabled and a ReplicaKmsKeyID in the rule, and let its role ' +
        "arn:aws:iam::111122223333:role/replicate decrypt with the bucket's key and encrypt with the replica's.",
    },
  ]);
});

test('a rule without a key for the replicas is named too', () => {
  const { replicaKeyId: _, ...withoutKey } = RULE;
  const rules = [withoutKey, { ...RULE, id: 'other', replicatesKms: false }];
  assert.deepEqual(codes({ rules }), ['replication-no-replica-key', 'replication-skips-kms']);
});

test('rules that skip SSE-KMS objects of another key already lose nothing more', () => {
  const { replicaKeyId: _, ...withoutKey } = RULE;
  assert.deepEqual(codes({ was: OTHER, rules: [{ ...RULE, replicatesKms: false }, withoutKey] }), []);
});

describe('the role of a rule that takes SSE-KMS objects', () => {
  const DENY = {
    ...ROOT,
    Sid: 'NotForReplication',
    Effect: 'Deny',
    Principal: '*',
    Condition: { ArnEquals: { 'aws:PrincipalArn': RULE.role } },
  };

  const rows: [name: string, told: Told, codes: string[]][] = [
    ['of SSE-S3, whose IAM nobody wrote for this key', {}, ['replication-key-changes']],
    ['of SSE-S3, without a Bucket Key', { bucketKey: false }, ['replication-key-changes']],
    ['of another key', { was: OTHER }, ['replication-key-changes']],
    ['of the AWS managed key', { was: { algorithm: 'aws:kms' } }, ['replication-key-changes']],
    ['of SSE-S3, by name', { keyPolicy: [ROOT, NAMED] }, []],
    ['of another key, by name', { was: OTHER, keyPolicy: [NAMED] }, []],
    ['of SSE-S3, as everybody of the account through S3', { keyPolicy: [THROUGH_S3] }, []],
    [
      'of SSE-S3, as everybody of the account through S3 elsewhere',
      {
        keyPolicy: [{ ...THROUGH_S3, Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } }],
      },
      ['replication-key-changes'],
    ],
    [
      'of SSE-S3, not as another role',
      { keyPolicy: [{ ...NAMED, Principal: { AWS: `${RULE.role}-2` } }] },
      ['replication-key-changes'],
    ],
    [
      'of SSE-S3, not to encrypt alone',
      { keyPolicy: [{ ...NAMED, Action: 'kms:Encrypt' }] },
      ['replication-key-changes'],
    ],
    ['of the same key', { was: SAME }, []],
    ['of the same key by its id', { was: { ...SAME, keyId: KEY.split('/')[1] ?? '' } }, []],
    ['of the same key by its alias', { was: { ...SAME, keyId: 'alias/reseal' }, named: 'alias/reseal' }, []],
    ['of the same key that gets a Bucket Key', { was: UNCACHED }, ['replication-key-changes']],
    ['of the same key that gets a Bucket Key, by name', { was: UNCACHED, keyPolicy: [NAMED] }, []],
    ['of the same key that gets none', { was: UNCACHED, bucketKey: false }, []],
    [
      'of the same key that gets a Bucket Key, by name for the ARNs of objects',
      { was: UNCACHED, keyPolicy: [{ ...NAMED, ...context('arn:aws:s3:::logs/*') }] },
      ['replication-key-changes'],
    ],
    [
      'of the same key that gets a Bucket Key, by name for the ARN of the bucket',
      { was: UNCACHED, keyPolicy: [{ ...NAMED, ...context('arn:aws:s3:::logs') }] },
      [],
    ],
    ['with a Deny of it', { keyPolicy: [NAMED, DENY] }, ['replication-role-denied']],
    ['of a rule that is off', { rules: [{ ...RULE, enabled: false }] }, []],
  ];
  for (const [name, told, expected] of rows) test(name, () => assert.deepEqual(codes(told), expected));

  function context(arn: string) {
    return { Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': arn } } };
  }

  test('is missing in the key policy, and the statement that is given mends it', () => {
    for (const [was, why] of [
      [OTHER, `whose right to decrypt with ${KEY} IAM may not give`],
      [
        UNCACHED,
        "whose rights may name the objects' ARNs, and with a Bucket Key S3 sends the bucket's ARN in their place",
      ],
    ] as const) {
      const [hold, ...more] = holds({ was });
      assert.deepEqual(more, []);
      assert.equal(
        hold?.message,
        `Replication rule to-copies copies the SSE-KMS objects of bucket logs as role ${RULE.role}, ${why}, and the policy of key ${KEY} ` +
          'does not let the role itself call kms:Decrypt: add the statement below (reseal policy explain shows it too) to the key policy, ' +
          'or keep the key or leave the Bucket Key off by a rule of the policy once the role is seen to be allowed it.',
      );
      assert.deepEqual(holds({ was, keyPolicy: [ROOT, JSON.parse(hold?.paste ?? '{}')] }), []);
    }
  });

  test('is denied by the key policy, which no statement mends', () => {
    const [hold, ...more] = holds({ keyPolicy: [ROOT, NAMED, DENY] });
    assert.deepEqual([hold?.code, hold?.paste, more], ['replication-role-denied', undefined, []]);
    assert.match(
      hold?.message ?? '',
      /denies the role itself the action kms:Decrypt \(statement NotForReplication\): exclude the role itself from statement NotForReplication/,
    );
  });

  test('is told once for all its rules, and each role by itself', () => {
    const role = `${RULE.role}-2`;
    const rules = [RULE, { ...RULE, id: 'second' }, { ...RULE, id: 'third', role }];
    const messages = holds({ rules }).map(({ message }) => message.split(' copies ')[0]);
    assert.deepEqual(messages, ['Replication rule to-copies, second', 'Replication rule third']);
  });

  test("cannot be seen in another account's key, which matters only where something changes", () => {
    const key = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };
    const found = (was: Encryption) => holds({ key, was }).map(({ code, paste }) => [code, paste]);
    const held = [['replication-key-changes', undefined]];
    assert.deepEqual([found({ algorithm: 'AES256' }), found(OTHER)], [held, held]);
    assert.deepEqual(found({ ...SAME, keyId: FOREIGN_KEY }), []);
  });

  test('needs nothing of a key that AWS manages, which no policy can open', () => {
    assert.deepEqual(codes({ key: { ...USABLE, manager: 'AWS' } }), []);
  });
});

describe('a rule that puts replicas under the related key', () => {
  const { replicaKeyId: _, ...withoutKey } = RULE;
  const rule: ReplicationRule = { ...withoutKey, usesSourceKey: true, destinationRegion: 'us-east-1' };
  const keyIn = (...relatedRegions: string[]) => ({ ...USABLE, relatedRegions });
  const keyPolicy = [ROOT, NAMED];
  const { destinationRegion: __, ...unplaced } = rule;
  const HELD = ['replication-key-not-multi-region'];

  const rows: [name: string, told: Told, codes: string[]][] = [
    ['needs no ReplicaKmsKeyID', { key: keyIn('eu-west-1', 'us-east-1') }, []],
    ['needs a multi-Region key', {}, HELD],
    ['needs one in that Region', { key: keyIn('eu-west-1', 'us-west-2') }, HELD],
    ['needs one in any other Region where that is not known', { rules: [unplaced], key: keyIn('eu-west-1') }, HELD],
    ['takes any other Region where that is not known', { rules: [unplaced], key: keyIn('eu-west-1', 'us-west-2') }, []],
    ['needs it of a key that replaces another too', { was: OTHER }, HELD],
    ['loses nothing where the key is kept', { was: SAME }, []],
    [
      'loses nothing where the key is kept under its alias',
      { was: { ...SAME, keyId: 'alias/reseal' }, named: 'alias/reseal' },
      [],
    ],
    [
      'and skips SSE-KMS objects is told to take them',
      { rules: [{ ...rule, replicatesKms: false }] },
      ['replication-skips-kms'],
    ],
  ];
  for (const [name, told, expected] of rows) {
    test(name, () => assert.deepEqual(codes({ rules: [rule], keyPolicy, ...told }), expected));
  }

  test('needs the right of its role on the new key as any other does', () => {
    const key = keyIn('eu-west-1', 'us-east-1');
    assert.deepEqual(codes({ rules: [rule], key }), ['replication-key-changes']);
    assert.deepEqual(codes({ rules: [rule], key, was: UNCACHED }), ['replication-key-changes']);
  });

  test('is told with the Region, the key and two ways out', () => {
    const [hold] = holds({ rules: [rule], keyPolicy });
    assert.equal(
      hold?.message,
      'Replication rule to-copies copies bucket logs to copies (us-east-1) under the related key of a multi-Region key ' +
        `(UseSourceMultiRegionKey), and ${KEY} is not a multi-Region key: replicate a multi-Region key there and name it in the policy, ` +
        'or name a ReplicaKmsKeyID in the rule.',
    );
    const [elsewhere] = holds({ rules: [rule], keyPolicy, key: keyIn('eu-west-1') });
    assert.match(elsewhere?.message ?? '', / has no related key there: /);
  });
});

describe('whoever replicates into a bucket that gets a Bucket Key', () => {
  const SOURCE = 'arn:aws:iam::444455556666:role/replicate';
  const INTO = {
    Sid: 'Replicas',
    Effect: 'Allow',
    Principal: { AWS: SOURCE },
    Action: ['s3:ReplicateObject', 's3:ReplicateDelete'],
    Resource: 'arn:aws:s3:::logs/*',
  };
  const ENCRYPTS = { ...ROOT, Principal: { AWS: SOURCE }, Action: ['kms:Encrypt', 'kms:Decrypt'] };
  const told = { was: UNCACHED, rules: [], bucketPolicy: [INTO] };
  const HELD = ['replication-destination'];
  const OWN = 'arn:aws:iam::111122223333:role/replicate';
  const EVERYTHING = { ...INTO, Action: 's3:*' };
  const ACCOUNT_ENCRYPTS = { ...ENCRYPTS, Principal: { AWS: '444455556666' } };
  const BY_ROOT = { ...INTO, Principal: { AWS: '444455556666' } };
  const OF_ORGANIZATION = { ...INTO, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } } };
  const OF_SERVICES = { Bool: { 'aws:PrincipalIsAWSService': 'true' } };

  const rows: [name: string, told: Told, codes: string[]][] = [
    ['is held until the key policy names it', {}, HELD],
    ['is let in by name', { keyPolicy: [ROOT, ENCRYPTS] }, []],
    ['is not let in by its account, whose IAM may name objects', { keyPolicy: [ACCOUNT_ENCRYPTS] }, HELD],
    ['is not let in to encrypt alone', { keyPolicy: [{ ...ENCRYPTS, Action: 'kms:Encrypt' }] }, HELD],
    ['loses nothing where it was on', { was: SAME }, []],
    ['loses nothing where it stays off', { bucketKey: false }, []],
    ['counts by a wildcard', { bucketPolicy: [{ ...INTO, Action: 's3:Replicate*' }] }, HELD],
    ['is whoever of another account may do everything', { bucketPolicy: [EVERYTHING] }, HELD],
    [
      'of those it is enough that the key policy lets their account use the key as people do',
      {
        bucketPolicy: [EVERYTHING],
        keyPolicy: [ROOT, { ...ACCOUNT_ENCRYPTS, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
      },
      [],
    ],
    [
      'is not whoever of its account may do everything',
      { bucketPolicy: [{ ...EVERYTHING, Principal: { AWS: OWN } }] },
      [],
    ],
    ['nor where the bucket gets its first key', { bucketPolicy: [EVERYTHING], was: { algorithm: 'AES256' } }, []],
    ['is a role of its account', { bucketPolicy: [{ ...INTO, Principal: { AWS: OWN } }] }, HELD],
    ['is an account by its root', { bucketPolicy: [BY_ROOT], keyPolicy: [ROOT, ENCRYPTS] }, HELD],
    ['of which the root is the name', { bucketPolicy: [BY_ROOT], keyPolicy: [ROOT, ACCOUNT_ENCRYPTS] }, []],
    ['is everybody of an organization', { bucketPolicy: [OF_ORGANIZATION] }, HELD],
    [
      'is let in by the same condition',
      { bucketPolicy: [OF_ORGANIZATION], keyPolicy: [ROOT, { ...OF_ORGANIZATION, Action: 'kms:*', Resource: '*' }] },
      [],
    ],
    ['is anybody', { bucketPolicy: [{ ...INTO, Principal: '*' }] }, HELD],
    ['is no AWS service', { bucketPolicy: [{ ...INTO, Principal: '*', Condition: OF_SERVICES }] }, []],
    ['is nobody of other objects', { bucketPolicy: [{ ...INTO, Resource: 'arn:aws:s3:::other/*' }] }, []],
    ['is nobody by a Deny', { bucketPolicy: [{ ...INTO, Effect: 'Deny' }] }, []],
    ['is not whoever only reads', { bucketPolicy: [{ ...INTO, Action: 's3:GetObject' }] }, []],
    [
      'is told at once with others of its kind',
      { bucketPolicy: [{ ...INTO, Principal: { AWS: [SOURCE, `${SOURCE}-2`] } }] },
      HELD,
    ],
  ];
  for (const [name, change, expected] of rows) {
    test(name, () => assert.deepEqual(codes({ ...told, ...change }), expected));
  }

  test('is told where it was seen, with a statement that mends it', () => {
    const [hold] = holds(told);
    assert.ok(
      hold !== undefined &&
        hold.message.startsWith(`${SOURCE} may replicate into bucket logs (statement Replicas of the bucket policy), `),
    );
    assert.deepEqual(codes({ ...told, keyPolicy: [ROOT, JSON.parse(hold.paste ?? '{}')] }), []);
    const ofAll = { ...told, bucketPolicy: [OF_ORGANIZATION] };
    const paste = JSON.parse(holds(ofAll)[0]?.paste ?? '{}');
    assert.deepEqual(paste.Condition.StringEquals['aws:PrincipalOrgID'], 'o-a');
    assert.deepEqual(codes({ ...ofAll, keyPolicy: [ROOT, paste] }), []);
    assert.equal(holds({ ...told, bucketPolicy: [{ ...INTO, Principal: '*' }] })[0]?.paste, undefined);
  });
});
