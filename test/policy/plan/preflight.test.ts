import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fact } from '../../../src/policy/facts.ts';
import {
  type DefaultLock,
  jobPlaceReasons,
  oldKeyReasons,
  withoutGoneKeys,
} from '../../../src/policy/plan/preflight.ts';
import { planObjects } from '../../../src/policy/plan/plan.ts';
import { ACCOUNT, OTHER_KEY, planInput, USABLE } from '../literals.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reseal-batch`;
const PLACE = { account: ACCOUNT, region: 'eu-west-1', partition: 'aws' };
const ALLOW = { Effect: 'Allow', Principal: { Service: 'batchoperations.s3.amazonaws.com' }, Action: 'sts:AssumeRole' };
const UNREAD = { kind: 'unread', why: 'It was denied.', denied: true } as const;

const read = <T>(value: T): Fact<T> => ({ kind: 'read', value });
const trusting = (...Statement: object[]) => read(JSON.stringify({ Version: '2012-10-17', Statement }));

function codes(trust: Fact<string | undefined>, lock: Fact<DefaultLock> = read('none')): string[] {
  const roles = [{ method: 'update-encryption', arn: ROLE, trust }] as const;
  return jobPlaceReasons({ roles, reports: { bucket: 'reports', lock } }, PLACE).map(({ code }) => code);
}

describe('the role of jobs', () => {
  const rows: [string, Fact<string | undefined>, string[]][] = [
    ['that trusts S3 Batch Operations', trusting(ALLOW), []],
    [
      'that trusts it for its own account',
      trusting({ ...ALLOW, Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } }),
      [],
    ],
    [
      'that trusts another service',
      trusting({ ...ALLOW, Principal: { Service: 'lambda.amazonaws.com' } }),
      ['job-role-untrusted'],
    ],
    ['that denies it', trusting(ALLOW, { ...ALLOW, Effect: 'Deny' }), ['job-role-untrusted']],
    ['that is not there', read(undefined), ['job-role-missing']],
    ['that was not read', UNREAD, []],
    ['whose trust policy is not understood', read('{'), []],
  ];
  for (const [name, trust, expected] of rows) test(name, () => assert.deepEqual(codes(trust), expected));
});

test('a reports bucket that is missing, or keeps every new object, lets no job start', () => {
  const [missing] = jobPlaceReasons({ roles: [], reports: undefined }, PLACE);
  assert.deepEqual(missing, {
    code: 'reports-bucket-missing',
    message: `Account ${ACCOUNT} has no bucket for reports in eu-west-1, so no job is started: deploy infra/member/region.yml there.`,
  });
  assert.deepEqual(codes(trusting(ALLOW), read('retention')), ['reports-bucket-locked']);
  assert.deepEqual(codes(trusting(ALLOW), read('event hold')), ['reports-bucket-locked']);
  assert.deepEqual(codes(trusting(ALLOW), UNREAD), []);
});

test('an old key that is disabled keeps its jobs from being started, and one that is gone leaves its objects out', () => {
  assert.deepEqual(oldKeyReasons('logs', { kind: 'found', key: USABLE }), []);
  assert.deepEqual(oldKeyReasons('logs', { kind: 'missing', asked: OTHER_KEY, why: 'no' }), []);
  const [reason] = oldKeyReasons('logs', { kind: 'found', key: { ...USABLE, state: 'PendingDeletion' } });
  assert.match(reason?.message ?? '', /which is PendingDeletion, so a job would only fail .* cancel its deletion\.$/);

  const replaced = { algorithm: 'aws:kms', keyId: OTHER_KEY };
  const { jobs } = planObjects(planInput({ scope: { kind: 'window', from: '2026-11-02T10:15:30Z', replaced } }));
  const left = withoutGoneKeys('logs', jobs, [OTHER_KEY]);
  assert.deepEqual([jobs.length, left.jobs, left.leftovers.map(({ code }) => code)], [1, [], ['old-key-gone']]);
  assert.deepEqual(withoutGoneKeys('logs', jobs, []), { jobs, leftovers: [] });
});
