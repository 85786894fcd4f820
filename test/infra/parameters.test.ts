import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import * as z from 'zod';
import { TEMPLATE } from '../../scripts/package.ts';
import { resolveParameters } from '../../local/cloudformation/parameters.ts';
import { readTemplateFile } from '../../local/cloudformation/template.ts';
import { directory, packaged } from './packaged-template.ts';

const service = z.object({
  provider: z.object({
    stackParameters: z.array(z.object({ ParameterKey: z.string(), ParameterValue: z.string() })),
  }),
});

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
    SweepSchedule: { Default: 'rate(1 day)', AllowedPattern: '^(rate|cron)\\(.+\\)$' },
    SweepConcurrency: { Default: 2, MinValue: 2, MaxValue: 1000 },
    AssessConcurrency: { Default: 10, MinValue: 2, MaxValue: 1000 },
    RestrictBatchTrust: { Default: 'false', AllowedValues: ['true', 'false'] },
    AlarmTopicArn: { Default: '', AllowedPattern: '^(arn:[^:]+:sns:[^:]+:\\d{12}:.+)?$' },
    NotifyTopicArn: { Default: '', AllowedPattern: '^(arn:[^:]+:sns:[^:]+:\\d{12}:[A-Za-z0-9_-]+)?$' },
    SecurityHub: { Default: 'auto', AllowedValues: ['auto', 'off'] },
    OuPath: {
      Default: '',
      AllowedPattern: '^(o-[a-z0-9]+/r-[a-z0-9]+(/ou-[a-z0-9-]+)*/?)?$',
    },
    ReportRetentionDays: { Default: 90, MinValue: 1 },
    LogRetentionDays: {
      Default: 90,
      AllowedValues: [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
      ],
    },
    PermissionsBoundaryArn: { Default: '', AllowedPattern: '^(arn:[^:]+:iam::(\\d{12}|aws):policy/.+)?$' },
    HubAccountId: { Default: '', AllowedPattern: '^(\\d{12})?$' },
    HubRegion: { Default: '', AllowedPattern: '^([a-z]{2,}(-[a-z]+)+-\\d+)?$' },
    HubBusName: { Default: 'reseal', AllowedPattern: '^[A-Za-z0-9._-]{1,64}$' },
    OrganizationId: { Default: '', AllowedPattern: '^(o-[a-z0-9]{10,32})?$' },
    ReportsBucketPrefix: { Default: 'reseal-reports', AllowedPattern: '^[a-z0-9][a-z0-9-]{1,26}$' },
    RolePath: { Default: '/', AllowedPattern: '^/([\\w.,+@=-]+/)*$' },
    RolePrefix: { Default: '', AllowedPattern: '^[\\w.,+@=-]{0,16}$' },
    KmsKeyArn: { Default: '', AllowedPattern: '^(arn:[^:]+:kms:[a-z0-9-]+:\\d{12}:key/[a-zA-Z0-9-]+)?$' },
    LogLevel: { Default: 'INFO', AllowedValues: ['DEBUG', 'INFO', 'WARN', 'ERROR'] },
  });
});

test('every parameter can be set at deploy time, and is otherwise what infra/parameters.yml and infra/member say', async () => {
  const file = new URL('../../serverless.yml', import.meta.url);
  const text = await readFile(file, 'utf8');
  const { provider } = service.parse(parse(text, { logLevel: 'silent' }));
  const set = Object.fromEntries(provider.stackParameters.map((each) => [each.ParameterKey, each.ParameterValue]));
  // The hub's own stack is never one of another hub.
  const { HubAccountId: _, HubRegion: __, ...parameters } = packaged.Parameters;
  const expected = Object.fromEntries(
    Object.entries(parameters).map(([name, { Default }]) => [name, `\${param:${name}, '${String(Default)}'}`]),
  );
  assert.deepEqual(set, expected);
});

test('every parameter is used', () => {
  const text = JSON.stringify([packaged.Resources, packaged.Conditions]);
  const unused = Object.keys(packaged.Parameters).filter(
    (name) => !text.includes(`{"Ref":"${name}"}`) && !text.includes(`\${${name}}`),
  );
  assert.deepEqual(unused, []);
});

describe('a slip in a parameter is told with what is expected', () => {
  const { Parameters } = readTemplateFile(path.join(directory, TEMPLATE));
  const slips: [name: string, value: string, expected: string][] = [
    ['PermissionsBoundaryArn', 'corp-boundary', 'the ARN of a managed policy that exists in this account'],
    ['PermissionsBoundaryArn', 'arn:aws:iam::111122223333:role/x', 'the ARN of a managed policy'],
    ['RolePath', 'teams/storage', 'must begin and end with a slash, for example /teams/storage/'],
    ['HubAccountId', '1234', 'must be an account id of 12 digits'],
    ['OrganizationId', 'r-a1b2', 'the id of an organization, such as o-a1b2c3d4e5'],
    ['ReportsBucketPrefix', 'Reports', '2 to 27 lower case letters'],
    ['RolePrefix', 'a prefix', 'at most 16 letters'],
    ['RolePrefix', 'x'.repeat(17), 'at most 16 letters'],
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
