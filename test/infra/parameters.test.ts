import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import * as z from 'zod';
import { packaged } from './packaged-template.ts';

const service = z.object({
  provider: z.object({
    stackParameters: z.array(z.object({ ParameterKey: z.string(), ParameterValue: z.string() })),
  }),
});

test('the parameters have these defaults and bounds', () => {
  const found: Record<string, unknown> = {};
  for (const [name, { Description, Type, ...rest }] of Object.entries(packaged.Parameters)) {
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
    LogLevel: { Default: 'INFO', AllowedValues: ['DEBUG', 'INFO', 'WARN', 'ERROR'] },
  });
});

test('every parameter can be set at deploy time, and is otherwise what infra/parameters.yml says', async () => {
  const file = new URL('../../serverless.yml', import.meta.url);
  const text = await readFile(file, 'utf8');
  const { provider } = service.parse(parse(text, { logLevel: 'silent' }));
  const set = Object.fromEntries(provider.stackParameters.map((each) => [each.ParameterKey, each.ParameterValue]));
  const expected = Object.fromEntries(
    Object.entries(packaged.Parameters).map(([name, { Default }]) => [name, `\${param:${name}, '${String(Default)}'}`]),
  );
  assert.deepEqual(set, expected);
});

test('every parameter is used', () => {
  const text = JSON.stringify([packaged.Resources, packaged.Conditions]);
  const unused = Object.keys(packaged.Parameters).filter((name) => !text.includes(`{"Ref":"${name}"}`));
  assert.deepEqual(unused, []);
});
