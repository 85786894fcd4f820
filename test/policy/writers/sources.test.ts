import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ofResource } from '../../../src/iam/conditions.ts';
import { logFolders, sourceContexts } from '../../../src/policy/writers/sources.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT } from '../literals.ts';

const OTHER = '444455556666';
const LOGS = 'arn:aws:s3:::logs';
const OWN = { 'aws:sourceaccount': ACCOUNT };

function contexts(more: object): unknown {
  const base = { Effect: 'Allow', Principal: { Service: 'config.amazonaws.com' }, Action: 's3:PutObject' };
  const [statement] = statementsOf({ Statement: { ...base, Resource: `${LOGS}/*`, ...more } });
  assert.ok(statement);
  return sourceContexts(ofResource(statement, ACCOUNT));
}

describe('the folders of many accounts leave the account open', () => {
  const org = { 'aws:sourceorgid': 'o-a1b2c3d4e5' };
  const rows: [resource: string[], found: unknown][] = [
    [[`AWSLogs/${ACCOUNT}/*`], [OWN]],
    [['AWSLogs/*/Config/*'], [{}]],
    [['AWSLogs/*'], [{}]],
    [
      [`AWSLogs/${ACCOUNT}/*`, 'AWSLogs/*/Config/*'],
      [OWN, {}],
    ],
    [
      [`AWSLogs/${ACCOUNT}/*`, `AWSLogs/${OTHER}/*`],
      [OWN, { 'aws:sourceaccount': OTHER }],
    ],
    [
      [`AWSLogs/${ACCOUNT}/*`, 'flow/*'],
      [OWN, {}],
    ],
    [['AWSLogs/o-a1b2c3d4e5/*'], [org]],
    [['AWSLogs/o-a1b2c3d4e5/*', 'other/*'], [{}]],
    [[`AWSLogs/o-a1b2c3d4e5/${OTHER}/*`], [{ ...org, 'aws:sourceaccount': OTHER }]],
    [['o-a1b2c3d4e5/AWSLogs/*/*'], [org]],
  ];
  for (const [paths, found] of rows) {
    test(paths.join(' and '), () => {
      assert.deepEqual(contexts({ Resource: paths.map((path) => `${LOGS}/${path}`) }), found);
    });
  }
});

describe('conditions on the source', () => {
  const rows: [condition: object, found: unknown][] = [
    [{ StringEqualsIfExists: { 'aws:SourceAccount': OTHER } }, [{ 'aws:sourceaccount': OTHER }]],
    [{ 'ForAnyValue:StringEquals': { 'aws:SourceAccount': OTHER } }, [{ 'aws:sourceaccount': OTHER }]],
    [{ StringEquals: { 'aws:SourceAccount': '${aws:ResourceAccount}' } }, [OWN]],
    [
      { StringEquals: { 'aws:SourceAccount': ['${aws:ResourceAccount}', OTHER] } },
      [OWN, { 'aws:sourceaccount': OTHER }],
    ],
    [{ StringLike: { 'aws:SourceAccount': '*' } }, [{}]],
    [{ StringNotEquals: { 'aws:SourceAccount': OTHER } }, [{}]],
    [{ StringEquals: { 'aws:SourceOrgID': '${aws:ResourceOrgID}' } }, [{}]],
    [
      { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-a/r-b/*' } },
      [{ 'aws:sourceorgid': 'o-a', 'aws:sourceorgpaths': 'o-a/r-b/*' }],
    ],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:config:*:*:*' } }, [{ 'aws:sourcearn': ['arn:aws:config:*:*:*'] }]],
  ];
  for (const [condition, found] of rows) {
    test(JSON.stringify(condition), () => {
      assert.deepEqual(contexts({ Condition: condition }), found);
    });
  }
});

describe('an ARN whose owner is no whole account', () => {
  const under = (owner: string, account: string) =>
    contexts({
      Resource: `${LOGS}/AWSLogs/${account}/*`,
      Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:logs:*:${owner}:*` } },
    });
  const from = (owner: string) => ({ 'aws:sourcearn': [`arn:aws:logs:*:${owner}:*`] });

  test('gives way to the folder', () => {
    assert.deepEqual(under('*', ACCOUNT), [{ ...OWN, ...from('*') }]);
    assert.deepEqual(under(OTHER, ACCOUNT), [{ 'aws:sourceaccount': OTHER, ...from(OTHER) }]);
    assert.deepEqual(under('4444*', '*'), [from('4444*')]);
  });
});

describe('the sources of several ARNs', () => {
  const arns = (count: number, owner: string | ((at: number) => string)) =>
    Array.from(
      { length: count },
      (_, at) => `arn:aws:config:eu-west-${at}:${typeof owner === 'string' ? owner : owner(at)}:*`,
    );
  const of = (accounts: string[], sources: string[]) => {
    const found = contexts({
      Condition: { StringEquals: { 'aws:SourceAccount': accounts }, ArnLike: { 'aws:SourceArn': sources } },
    });
    assert.ok(Array.isArray(found));
    return found;
  };
  const id = (at: number) => `${100_000_000_000 + at}`;

  test('are asked for each by itself, because one statement may let in the one and another the other', () => {
    const two = arns(2, ACCOUNT);
    assert.deepEqual(
      of([ACCOUNT], two),
      two.map((one) => ({ ...OWN, 'aws:sourcearn': [one] })),
    );
  });

  test('are asked for at once where they are many', () => {
    const many = arns(65, ACCOUNT);
    assert.deepEqual(of([ACCOUNT], many), [{ ...OWN, 'aws:sourcearn': many }]);
  });

  test('are those of each account, and those of no account in particular', () => {
    const mixed = [
      `arn:aws:config:*:${OTHER}:a`,
      `arn:aws:config:*:${ACCOUNT}:b`,
      'arn:aws:config:*:*:c',
      'arn:aws:x:::d',
    ];
    assert.deepEqual(
      of([ACCOUNT, OTHER], mixed).map((one) => [one['aws:sourceaccount'], one['aws:sourcearn']]),
      [
        [ACCOUNT, [mixed[2]]],
        [ACCOUNT, [mixed[3]]],
        [ACCOUNT, [mixed[1]]],
        [OTHER, [mixed[2]]],
        [OTHER, [mixed[3]]],
        [OTHER, [mixed[0]]],
      ],
    );
  });

  test('are of nobody where no ARN is of the account', () => {
    const mine = [`arn:aws:logs:*:${ACCOUNT}:*`];
    assert.deepEqual(of([ACCOUNT, OTHER], mine), [{ ...OWN, 'aws:sourcearn': mine }]);
    assert.deepEqual(of([OTHER], mine), []);
    // What follows such a wildcard is no account.
    const wide = ['arn:aws:cloudtrail*:trail/all:*'];
    assert.deepEqual(of([OTHER], wide), [{ 'aws:sourceaccount': OTHER, 'aws:sourcearn': wide }]);
  });

  test('are left open where accounts and patterns of accounts are too many', () => {
    const accounts = Array.from({ length: 300 }, (_, at) => id(at));
    assert.deepEqual(
      of(
        accounts,
        arns(300, (at) => `*${at}`),
      ),
      [{}],
    );
    assert.equal(of(accounts, arns(300, id)).length, 300);
  });
});

describe('the log folders of a statement', () => {
  const foldersIn = (resource: object) =>
    statementsOf({ Statement: { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', ...resource } }).flatMap(
      logFolders,
    );

  const rows: [path: string, folders: object[]][] = [
    ['*', [{ account: '*', service: '' }]],
    [`AWSLogs/${ACCOUNT}/CloudTrail/*`, [{ account: ACCOUNT, service: 'CloudTrail' }]],
    [`prefix/AWSLogs/${ACCOUNT}/*`, [{ account: ACCOUNT, service: '*' }]],
    ['AWSLogs/*', [{ account: '*', service: '' }]],
    [`AWSLogs/o-a1b2/${ACCOUNT}/CloudTrail/*`, [{ account: ACCOUNT, service: 'CloudTrail', organization: 'o-a1b2' }]],
    [`o-a1b2/AWSLogs/${ACCOUNT}/Config/*`, [{ account: ACCOUNT, service: 'Config', organization: 'o-a1b2' }]],
    [`AWSLogs/${ACCOUNT}/__proto__/*`, [{ account: ACCOUNT, service: '__proto__' }]],
  ];
  for (const [path, folders] of rows) {
    test(`${path} holds ${JSON.stringify(folders)}`, () => {
      assert.deepEqual(foldersIn({ Resource: `arn:aws:s3:::logs/${path}` }), folders);
    });
  }

  test('everything but a folder is in any, and the bucket itself in none', () => {
    const all = [{ account: '*', service: '' }];
    assert.deepEqual(foldersIn({ NotResource: `arn:aws:s3:::logs/AWSLogs/${ACCOUNT}/*` }), all);
    assert.deepEqual(foldersIn({ Resource: ['*', LOGS] }), all);
    assert.deepEqual(foldersIn({ Resource: 'arn:aws:s3:::logs*' }), all);
  });
});
