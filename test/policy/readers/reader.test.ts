import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readersOf } from '../../../src/policy/readers/bucket-readers.ts';
import { readerHolds } from '../../../src/policy/readers/reader-holds.ts';
import { readerSentence, READER_WORDS } from '../../../src/policy/readers/reader.ts';
import { allow, question, type Told, when } from './question.ts';

const DELEGATES = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::logs/*' };

describe('the reason for readers whom no key policy can name', () => {
  const NAMELESS: Record<string, [Told, string]> = {
    anonymous: [{ policy: [allow('*')] }, 'reader-anonymous'],
    signed: [
      { policy: [allow('*', when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/a'))] },
      'reader-other-account',
    ],
    website: [{ website: 'site' }, 'reader-website'],
    canonical: [{ policy: [allow({ CanonicalUser: 'c' })] }, 'reader-other-account'],
    'origin-access-identity': [
      { policy: [allow({ AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' })] },
      'reader-cloudfront',
    ],
    network: [{ policy: [allow('*', when('StringEquals', 'aws:SourceVpce', 'vpce-1'))] }, 'reader-network'],
    'unnamed-service': [
      { policy: [allow('*', when('StringEquals', 'aws:SourceAccount', '111122223333'))] },
      'reader-service',
    ],
    federated: [{ policy: [allow({ Federated: 'f' })] }, 'reader-other-account'],
    elsewhere: [
      {
        policy: [
          {
            ...DELEGATES,
            ...when('StringEquals', 's3:DataAccessPointArn', 'arn:aws:s3::111122223333:accesspoint/m.mrap'),
          },
        ],
      },
      'reader-access-point',
    ],
  };
  for (const [kind, [told, code]] of Object.entries(NAMELESS)) {
    test(`of kind ${kind} names the bucket, ends as a sentence and proposes no statement`, () => {
      const asked = question(told);
      assert.deepEqual(
        readersOf(asked).map(({ who }) => who.kind),
        [kind],
      );
      const [found, ...more] = readerHolds(asked);
      assert.deepEqual([found?.code, found?.paste, more], [code, undefined, []]);
      assert.match(found?.message ?? '', /\blogs\b.*\.$/);
    });
  }
});

test('names in a sentence are told once, three of them at most, with all that a group may do', () => {
  const [reader] = readersOf(question({ policy: [allow('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-a'))] }));
  assert.ok(reader !== undefined);
  const named = (...names: string[]) => ({ ...reader, who: { kind: 'organization' as const, names } });
  assert.equal(
    readerSentence(
      [named('o-a', 'o-b'), { ...named('o-b', 'o-c', 'o-d'), may: ['write'] as const, through: 'x' }],
      'logs',
    ),
    'Principals of organization o-a, o-b, o-c and 1 more may read and write objects of bucket logs by statement 1 of the bucket policy, x',
  );
});

test('those whom a key policy can name have no words of their own', () => {
  const kinds = ['principal', 'organization', 'service', 'signed'] as const;
  assert.deepEqual(
    kinds.filter((kind) => 'lock' in READER_WORDS[kind]),
    [],
  );
});
