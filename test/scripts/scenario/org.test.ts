import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ACCOUNTS, CALM, REGIONS } from '../../../scripts/scenario/org/accounts.ts';
import { CAST, EVENTS, type OrgPlay } from '../../../scripts/scenario/org/cast.ts';
import { accountTable, orgForPeople } from '../../../scripts/scenario/org/org-for-people.ts';
import { orgOffences } from '../../../scripts/scenario/org/org-offences.ts';
import type { OrgResult } from '../../../scripts/scenario/org/org-result.ts';
import { orgResult } from '../../../scripts/scenario/org/read-back.ts';
import type { OrgAct } from '../../../scripts/scenario/org/played.ts';
import { halved } from '../../../scripts/scenario/org/turns.ts';
import type { BucketResult } from '../../../scripts/scenario/result.ts';

const OBJECTS = { total: 5, identical: 5, reencrypted: 5, below: 0, excused: 0 };

function resultOf({ bucket, place, expected: verdict }: OrgPlay): BucketResult {
  const told = { reasons: [], rule: 'default', before: 'SSE-S3', after: 'SSE-KMS (standard key)' };
  return { bucket, ...place, verdict, ...told, objects: OBJECTS };
}

const SEEN = { what: 'returned', account: '777777777777', expected: 'repair', found: 'repair', message: 'm' };
const LEFT = [
  { type: 'AWS::DynamoDB::Table', name: 'ledger', account: '111111111111', region: 'eu-west-1' },
  { type: 'AWS::S3::Bucket', name: 'reports', account: '222222222222', region: 'us-east-1' },
];

/** A scenario in which all came as it should. */
function good(changes: Partial<OrgResult> = {}): OrgResult {
  const acts = CAST.map((play) => ({ play }) as OrgAct);
  const played = { acts, results: CAST.map(resultOf), seen: [SEEN], left: LEFT };
  const jobs = CAST.map(({ place, bucket }) => ({ account: place.account, jobId: bucket }));
  const told = orgResult(played, jobs, new Set(jobs.map(({ jobId }) => jobId)));
  return { ...told, seconds: 30, ...changes };
}

describe('the cast', () => {
  test('has every kind of event in three accounts, and buckets in every Region and account', () => {
    for (const kind of Object.keys(EVENTS)) {
      const accounts = CAST.filter((play) => play.kind === kind && play.turn === 'watch').map(({ place }) => place);
      for (const account of CALM)
        assert.ok(
          accounts.some((place) => place.account === account),
          `${kind} ${account}`,
        );
    }
    const names = CAST.map(({ bucket }) => bucket);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(new Set(CAST.map(({ place }) => place.region)), new Set(REGIONS));
    assert.deepEqual(new Set(CAST.map(({ place }) => place.account)), new Set(ACCOUNTS.keys()));
    assert.equal(ACCOUNTS.size, 10);
  });
});

describe('what came in another way than expected', () => {
  test('is nothing where all did', () => assert.deepEqual(orgOffences(good()), []));

  test('is told with what was expected', () => {
    const [first, second, ...others] = CAST.map(resultOf);
    assert.ok(first !== undefined && second !== undefined);
    const below = { ...second, objects: { ...OBJECTS, below: 2 } };
    const offences = orgOffences(
      good({
        seen: [SEEN, { ...SEEN, found: 'unreadable (account-unreachable)' }],
        results: [{ ...first, verdict: 'compliant' }, below, ...others.slice(1)],
        jobsClosed: 3,
      }),
    );
    assert.deepEqual(offences, [
      'account 777777777777: returned: expected repair, found unreadable (account-unreachable). m',
      'weakened-222: expected the verdict repair, found no such bucket',
      'new-222: expected the verdict repair, found compliant',
      'encryption-deleted-222: 2 objects below standard',
      `jobs: expected all of them closed, found 3 of ${CAST.length}`,
    ]);
  });

  test('is a scenario without a job too, unless there is no object', () => {
    assert.deepEqual(orgOffences(good({ jobs: 0, jobsClosed: 0, objectsRead: 0 })), []);
    assert.deepEqual(orgOffences(good({ jobs: 0, jobsClosed: 0 })), [
      'jobs: expected all of them closed, found 0 of 0',
    ]);
  });
});

describe('the table of accounts', () => {
  test('has a line for each account and one for their sum', () => {
    const lines = accountTable(good(), 80).split('\n');
    assert.equal(lines.length, 12);
    assert.match(lines[0] ?? '', /^account +in the organization +buckets repaired held gone jobs re-enc\.$/);
    assert.match(lines[3] ?? '', /^222222222222 member +9 +5 +3 +1 +9 +45$/);
    const sum = CAST.length;
    assert.match(lines.at(-1) ?? '', new RegExp(`^sum +10 accounts +${sum} +22 +9 +3 +${sum} +${sum * 5}$`));
  });

  for (const columns of [72, 80, 120]) {
    test(`is no wider than ${columns} columns, nor is what follows`, () => {
      const lines = orgForPeople(good(), columns).split('\n');
      assert.deepEqual(
        lines.filter((line) => line.length > columns),
        [],
      );
      assert.ok(lines.some((line) => line.startsWith('777777777777 ')));
      assert.match(lines.join(' '), /reseal: 10 accounts, 3 Regions, /);
    });
  }

  test('is stacked on a narrow terminal', () => {
    const lines = accountTable(good(), 71).split('\n');
    assert.deepEqual(lines.slice(0, 3), [
      '999999999999: management',
      '    2 buckets: 2 repaired, 0 held, 0 gone; 2 jobs, 10 objects',
      '    re-encrypted',
    ]);
  });
});

test('docs/json.md names every member of the result', () => {
  const page = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8');
  const members = (value: unknown): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([name, one]) => [...(Array.isArray(value) ? [] : [name]), ...members(one)]);
  assert.deepEqual(
    [...new Set(members(good()))].filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

test('a role that is broken keeps the second half of the actions of each statement', () => {
  const Statement = [
    { Sid: 'Many', Effect: 'Allow', Action: ['s3:A', 's3:B', 's3:C', 's3:D'], Resource: '*' },
    { Sid: 'One', Effect: 'Allow', Action: 's3:E', Resource: '*' },
  ];
  const { Statement: left } = JSON.parse(halved(JSON.stringify({ Version: '2012-10-17', Statement })));
  assert.deepEqual(
    left.map(({ Sid, Action }: { Sid: string; Action: string[] }) => [Sid, Action]),
    [
      ['Many', ['s3:C', 's3:D']],
      ['One', ['s3:E']],
    ],
  );
});
