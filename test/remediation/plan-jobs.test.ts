import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Spending } from '../../src/aws/ledger/run-spending.ts';
import { type KeyReading, METHODS, type Standard } from '../../src/policy/model.ts';
import type { PlanScope } from '../../src/policy/plan/plan-model.ts';
import { pricesIn } from '../../src/policy/plan/price-list.ts';
import { planJobs } from '../../src/remediation/plan-jobs.ts';
import { bucketWith, FOUND, KMS, listed, OTHER_KEY, USABLE } from '../policy/literals.ts';

const { bucket, account, region } = bucketWith({});
const ID = { bucket, account, region };
const AT = '2026-11-02T10:16:00.000Z';
const ALL: PlanScope = { kind: 'all' };
const UNDER_OTHER: PlanScope = {
  kind: 'window',
  from: '2026-11-02T10:15:30Z',
  replaced: { algorithm: 'aws:kms', keyId: OTHER_KEY },
};
const IAM_MAY_ALL = [
  { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
];

interface Given {
  scopes?: PlanScope[];
  standard?: Partial<Standard>;
  oldKey?: KeyReading | Error;
  keyPolicy?: object[];
  trust?: 'batchoperations.s3.amazonaws.com' | 'lambda.amazonaws.com' | 'nobody can read it';
  cause?: string;
  fits?: boolean;
  truncated?: boolean;
}

/** What is planned where everything is as it shall be, but for what is given. */
async function planned(given: Given = {}) {
  const warned: object[] = [];
  const spent: Spending[] = [];
  const { oldKey = { kind: 'found', key: { ...USABLE, arn: OTHER_KEY } }, keyPolicy = IAM_MAY_ALL } = given;
  const { trust = 'batchoperations.s3.amazonaws.com', cause = 'sweep', fits = true } = given;
  const document = { Statement: [{ Effect: 'Allow', Principal: { Service: trust }, Action: 'sts:AssumeRole' }] };
  const deps = {
    ...ID,
    partition: 'aws',
    now: () => new Date(AT),
    isOwnBucket: () => false,
    jobRoles: { 'update-encryption': `arn:aws:iam::${account}:role/batch`, copy: `arn:aws:iam::${account}:role/copy` },
    prices: pricesIn,
    storageMetrics: async () => undefined,
    versioning: async () => given.standard?.versions === 'all',
    jobPlace: async () => ({
      roles: [
        {
          method: 'update-encryption',
          arn: 'the-role',
          trust:
            trust === 'nobody can read it'
              ? { kind: 'unread', why: 'It was denied.', denied: true }
              : { kind: 'read', value: JSON.stringify(document) },
        },
      ],
      reports: { bucket: 'reports', lock: { kind: 'read', value: 'none' } },
    }),
    keys: { read: async () => (oldKey instanceof Error ? Promise.reject(oldKey) : oldKey) },
    facts: { keyPolicy: async () => ({ kind: 'read', value: JSON.stringify({ Statement: keyPolicy }) }) },
    spend: async (spending: Spending) => {
      spent.push(spending);
      return fits;
    },
    log: { warn: (_message: string, fields: object) => warned.push(fields) },
  };
  const decided = { standard: { ...KMS, ...given.standard }, key: FOUND };
  const trigger = { ...ID, cause, causeId: 'the-sweep', at: AT };
  const look = { id: ID, trigger, found: {}, lookedAt: AT, policy: { document: {} } };
  const listing = { objects: [listed(), listed()], truncated: given.truncated === true };
  const planning = { ...ID, decided, scopes: given.scopes ?? [ALL], listing, pendingId: 'the-work' };
  const args = [planning, { look, decided, facts: {} }, deps] as unknown as Parameters<typeof planJobs>;
  const { jobs, leftovers, obstacles } = await planJobs(...args);
  const codes = (reasons: typeof leftovers) => reasons.map(({ code }) => code);
  return { jobs, leftovers: codes(leftovers), obstacles: codes(obstacles), warned, spent };
}

test('where everything is as it shall be, each job has its price and nobody is asked', async () => {
  const { jobs, leftovers, obstacles, warned, spent } = await planned();
  assert.deepEqual(
    jobs.map(({ priceUsd, needsConfirmation }) => [priceUsd, needsConfirmation]),
    [
      [0.25, undefined],
      [0.25, undefined],
    ],
  );
  assert.deepEqual([leftovers, obstacles, warned, spent], [[], [], [], []]);
});

describe('what jobs rest on', () => {
  test('is an obstacle where they would surely fail', async () => {
    const { jobs, obstacles } = await planned({ trust: 'lambda.amazonaws.com' });
    assert.deepEqual([jobs, obstacles], [[], ['job-role-untrusted']]);
  });

  test('stops nothing where it could not be read, and is said', async () => {
    const { jobs, obstacles, warned } = await planned({ trust: 'nobody can read it' });
    assert.deepEqual([jobs.length, obstacles], [2, []]);
    assert.deepEqual(warned, [{ bucket: `${account}/${region}/${bucket}`, why: 'It was denied.' }]);
  });
});

test('a job of our own function rests on neither role nor report of a job of S3, and has a price and a ceiling as any', async () => {
  const standard: Partial<Standard> = { methods: METHODS, inlineUpTo: 2, bucketKey: false, ceilingUsd: { bucket: 0 } };
  const { jobs, leftovers, obstacles } = await planned({ standard, trust: 'lambda.amazonaws.com' });
  assert.deepEqual([leftovers, obstacles], [[], []]);
  assert.deepEqual(
    jobs.map(({ method, own, priceUsd, needsConfirmation }) => [method, own?.lane, priceUsd, needsConfirmation]),
    [['own-copy', 'inline', 0, undefined]],
  );
  const both = await planned({ standard: { ...standard, versions: 'all' }, trust: 'lambda.amazonaws.com' });
  assert.deepEqual(both.obstacles, ['job-role-untrusted']);
});

describe('the key that objects are under', () => {
  const under = (given: Given) => planned({ scopes: [UNDER_OTHER], ...given });

  test('is none of the obstacles where it can be used, and where nobody can tell', async () => {
    assert.equal((await under({})).jobs.length, 1);
    const { jobs, warned } = await under({ oldKey: Object.assign(new Error('no'), { name: 'AccessDeniedException' }) });
    assert.deepEqual([jobs.length, warned.length], [1, 1]);
  });

  test('is one where it is disabled', async () => {
    const { jobs, obstacles } = await under({
      oldKey: { kind: 'found', key: { ...USABLE, arn: OTHER_KEY, state: 'Disabled' } },
    });
    assert.deepEqual([jobs, obstacles], [[], ['old-key-unusable']]);
  });

  test('is one where its policy keeps the role out', async () => {
    const { obstacles } = await under({ keyPolicy: [{ ...IAM_MAY_ALL[0], Action: 'kms:Encrypt' }] });
    assert.deepEqual(obstacles, ['key-policy-lacks-account']);
  });

  test('leaves its objects out where it is gone', async () => {
    const { jobs, leftovers, obstacles } = await under({ oldKey: { kind: 'missing', asked: OTHER_KEY, why: 'no' } });
    assert.deepEqual([jobs, leftovers, obstacles], [[], ['old-key-gone'], []]);
  });
});

describe('above a ceiling', () => {
  const why = ({ jobs }: Awaited<ReturnType<typeof planned>>) => [
    ...new Set(jobs.map(({ needsConfirmation }) => needsConfirmation?.split('. ')[0])),
  ];

  test('of the bucket people are asked, and the run does not count it', async () => {
    const result = await planned({ standard: { ceilingUsd: { bucket: 0.49, run: 100 } } });
    assert.deepEqual(why(result), ['These jobs cost more than objects.ceilingUsd.bucket of the policy ($0.49)']);
    assert.deepEqual(result.spent, []);
  });

  test('of the run people are asked, once what it costs together does not fit', async () => {
    const standard = { ceilingUsd: { bucket: 1, run: 100 } };
    const fitting = await planned({ standard });
    assert.deepEqual(why(fitting), [undefined]);
    assert.deepEqual(
      fitting.spent.map(({ run, usd, ceilingUsd }) => [run, usd, ceilingUsd]),
      [['the-sweep', 0.5, 100]],
    );
    const above = await planned({ standard, fits: false, cause: 'created' });
    assert.deepEqual(why(above), [
      'With these jobs the run would cost more than objects.ceilingUsd.run of the policy ($100)',
    ]);
    assert.equal(above.spent[0]?.run, '2026-11-02');
  });

  test('that nobody can compare with a price people are asked', async () => {
    const result = await planned({
      truncated: true,
      standard: { methods: ['update-encryption'], ceilingUsd: { bucket: 100 } },
    });
    assert.match(why(result)[0] ?? '', /^It is not known whether these jobs stay below objects\.ceilingUsd\.bucket/);
  });
});
