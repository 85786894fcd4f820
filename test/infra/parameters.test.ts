import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { TEMPLATE } from '../../scripts/package.ts';
import { resolveParameters } from '../../local/cloudformation/parameters.ts';
import { readTemplateFile } from '../../local/cloudformation/template.ts';
import { directory, packaged } from './packaged-template.ts';

test('the parameters have these defaults and bounds', () => {
  const found: Record<string, unknown> = {};
  for (const [name, { Description, Type, ConstraintDescription: _, ...rest }] of Object.entries(packaged.Parameters)) {
    assert.equal(typeof Description, 'string', name);
    assert.equal(Type, 'Default' in rest && typeof rest['Default'] === 'number' ? 'Number' : 'String', name);
    found[name] = rest;
  }
  assert.deepEqual(found, {
    SettleSeconds: { Default: 60, MinValue: 0, MaxValue: 900 },
    UnreadableRetrySeconds: { Default: 60, MinValue: 0, MaxValue: 900 },
    // What it lets through: test/scripts/schedule-pause.test.ts.
    SweepSchedule: { Default: 'rate(1 day)', AllowedPattern: packaged.Parameters['SweepSchedule']?.['AllowedPattern'] },
    SweepWithinHours: { Default: 30, MinValue: 2, MaxValue: 168 },
    SweepConcurrency: { Default: 2, MinValue: 2, MaxValue: 1000 },
    AssessConcurrency: { Default: 2, MinValue: 2, MaxValue: 1000 },
    ObjectConcurrency: { Default: 10, MinValue: 2, MaxValue: 1000 },
    InlineConcurrency: { Default: 5, MinValue: 2, MaxValue: 1000 },
    MaxActiveJobs: { Default: 6, MinValue: 1, MaxValue: 1000 },
    RestrictBatchTrust: { Default: 'false', AllowedValues: ['true', 'false'] },
    ProofReads: { Default: 'true', AllowedValues: ['true', 'false'] },
    OwnCopies: { Default: 'false', AllowedValues: ['true', 'false'] },
    AlarmTopicArn: { Default: '', AllowedPattern: '^(arn:[^:]+:sns:[^:]+:\\d{12}:.+)?$' },
    NotifyTopicArn: { Default: '', AllowedPattern: '^(arn:[^:]+:sns:[^:]+:\\d{12}:[A-Za-z0-9_-]+)?$' },
    SecurityHub: { Default: 'auto', AllowedValues: ['auto', 'off'] },
    WatchWrites: { Default: 'false', AllowedValues: ['true', 'false'] },
    ReportRetentionDays: { Default: 90, MinValue: 1 },
    LogRetentionDays: {
      Default: 90,
      AllowedValues: [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
      ],
    },
    PermissionsBoundaryName: { Default: '', AllowedPattern: '^(([\\w+=,.@-]+/)*[\\w+=,.@-]{1,128})?$' },
    HubAccountId: { Default: '', AllowedPattern: '^(\\d{12})?$' },
    HubRegion: { Default: '', AllowedPattern: '^([a-z]{2,}(-[a-z]+)+-\\d+)?$' },
    HubBusName: { Default: 'reseal', AllowedPattern: '^[A-Za-z0-9._-]{1,64}$' },
    OperatorRoleArns: { Default: '', AllowedPattern: `^(${ROLE_ARN}(,${ROLE_ARN})*)?$` },
    OrganizationId: { Default: '', AllowedPattern: '^(o-[a-z0-9]{10,32})?$' },
    ReportsBucketPrefix: { Default: 'reseal-reports', AllowedPattern: '^[a-z0-9][a-z0-9-]{1,22}$' },
    RolePath: { Default: '/', AllowedPattern: '^/([\\w.,+@=-]+/)*$' },
    RolePrefix: { Default: '', AllowedPattern: '^[\\w.-]{0,16}$' },
    KmsKeyArn: { Default: '', AllowedPattern: '^(arn:[^:]+:kms:[a-z0-9-]+:\\d{12}:key/[a-zA-Z0-9-]+)?$' },
    LogLevel: { Default: 'INFO', AllowedValues: ['DEBUG', 'INFO', 'WARN', 'ERROR'] },
  });
});

test('every parameter is used', () => {
  const text = JSON.stringify([packaged.Resources, packaged.Conditions]);
  const unused = Object.keys(packaged.Parameters).filter(
    (name) => !text.includes(`{"Ref":"${name}"}`) && !text.includes(`\${${name}}`),
  );
  assert.deepEqual(unused, []);
});

/** Of one role, without a wildcard, in a pattern. */
const ROLE_ARN = 'arn:[^:,*]+:iam::\\d{12}:role/[\\w+=.@/-]+';

describe('a slip in a parameter is told with what is expected', () => {
  const { Parameters } = readTemplateFile(path.join(directory, TEMPLATE));
  const slips: [name: string, value: string, expected: string][] = [
    ['PermissionsBoundaryName', 'arn:aws:iam::111122223333:policy/corp', 'the name of a managed policy'],
    ['PermissionsBoundaryName', '/corp-boundary', 'after its path without the first slash'],
    ['RolePath', 'teams/storage', 'must begin and end with a slash, for example /teams/storage/'],
    ['HubAccountId', '1234', 'must be an account id of 12 digits'],
    [
      'OperatorRoleArns',
      'arn:aws:iam::111122223333:role/*',
      'ARNs of IAM roles with commas between them and without wildcards',
    ],
    ['OperatorRoleArns', 'arn:aws:iam::111122223333:user/ada', 'ARNs of IAM roles'],
    ['OperatorRoleArns', '*', 'ARNs of IAM roles'],
    ['OrganizationId', 'r-a1b2', 'the id of an organization, such as o-a1b2c3d4e5'],
    ['ReportsBucketPrefix', 'Reports', '2 to 23 lower case letters'],
    ['RolePrefix', 'a prefix', 'at most 16 letters'],
    ['RolePrefix', 'x'.repeat(17), 'at most 16 letters'],
    // The name of a rule has none of these.
    ['RolePrefix', 'a+b', 'at most 16 letters'],
    ['KmsKeyArn', 'alias/corp', 'the ARN of a key of this Region (not of an alias)'],
    ['LogRetentionDays', '100', 'AllowedValues 1, 3, 5'],
  ];
  for (const [name, value, expected] of slips) {
    test(`${name}=${value.slice(0, 20)}`, () => {
      assert.throws(
        () => resolveParameters(Parameters, { [name]: value }),
        (error: Error) => error.message.includes(`'${name}'`) && error.message.includes(expected),
      );
    });
  }
});
