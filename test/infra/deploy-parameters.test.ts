import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkParameters, givenParameters, stackParameters } from '../../scripts/osls-parameters.mjs';
import { packageStack } from '../../scripts/package.ts';
import { packaged } from './packaged-template.ts';

const OTHERS = ['Tags', 'LedgerTableName', 'PolicyBucketName'];
const { HubAccountId: _, HubRegion: __, ...rules } = packaged.Parameters;
const check = (...param: string[]) => checkParameters(givenParameters(param), rules, OTHERS);

describe('a --param', () => {
  it('that the stack knows is taken, and so are those that only deploying knows', async () => {
    await check('PermissionsBoundaryName=teams/corp', 'Tags=a=b', 'LedgerTableName=new');
    await check();
  });

  it('that it does not know is refused, with the name that was meant', async () => {
    const known = [...Object.keys(rules), ...OTHERS].join(', ');
    await assert.rejects(check('SettleSeconds=5', 'PermissionsBoundryName=corp'), {
      message: `--param PermissionsBoundryName: Reseal has no such parameter. Did you mean PermissionsBoundaryName? Expected one of ${known}.`,
    });
    await assert.rejects(check('constructor=1'), {
      message: `--param constructor: Reseal has no such parameter. Expected one of ${known}.`,
    });
  });

  const slips: [name: string, value: string, message: RegExp][] = [
    ['LogRetentionDays', '100', /: must be one of 1, 3, 5, .*, 3653; found "100"\. /],
    ['SecurityHub', 'on', /: must be one of auto, off; found "on"\. /],
    [
      'PermissionsBoundaryName',
      'arn:aws:iam::aws:policy/X',
      /: must be the name of a managed policy, .*; found "arn:aws:iam::aws:policy\/X"\. /,
    ],
    ['SweepSchedule', 'daily', /: must be a schedule that runs at least every 6 days, .*; found "daily"\. /],
    ['SweepSchedule', 'rate(7 days)', /can look back for 7, .*; found "rate\(7 days\)"\. /],
    ['SweepSchedule', 'cron(0 3 ? * SUN *)', /: must be a schedule that runs at least every 6 days, /],
    ['SweepWithinHours', '169', /: must be a whole number from 2 to 168; found "169"\. /],
    ['SettleSeconds', '901', /: must be a whole number from 0 to 900; found "901"\. /],
    ['SettleSeconds', '1.5', /: must be a whole number from 0 to 900; found "1.5"\. /],
    ['SettleSeconds', '', /: must be a whole number from 0 to 900; found ""\. /],
    ['ReportRetentionDays', '0', /: must be a whole number of at least 1; found "0"\. /],
    ['SweepConcurrency', 'two', /: must be a whole number from 2 to 1000; found "two"\. /],
  ];
  for (const [name, value, message] of slips) {
    it(`with a value that CloudFormation would refuse is refused (${name}=${value})`, async () => {
      await assert.rejects(check(`${name}=${value}`), (error: Error) => {
        assert.ok(error.message.startsWith(`--param ${name}: `), error.message);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('that lets the alarm of an overdue sweep ring between two sweeps is refused, whichever of the two was given before', async () => {
    const refused = {
      message:
        '--param SweepWithinHours: must be longer than the longest pause of SweepSchedule, because an alarm rings after it; rate(2 days) pauses for 48 hours, found 30. ' +
        'Set SweepWithinHours to at least 49, and a few hours more for a sweep that takes long.',
    };
    await assert.rejects(check('SweepSchedule=rate(2 days)'), refused);
    await check('SweepSchedule=rate(2 days)', 'SweepWithinHours=54');
    const previous = new Map([['SweepSchedule', 'rate(2 days)']]);
    await assert.rejects(checkParameters(new Map(), rules, OTHERS, previous), refused);
  });

  it('says in words what its value must be wherever it has a pattern', () => {
    for (const [name, { AllowedPattern, ConstraintDescription }] of Object.entries(packaged.Parameters)) {
      if (AllowedPattern !== undefined) assert.match(String(ConstraintDescription), /^must be/, name);
    }
  });

  it('stops osls', async () => {
    const args = ['--param', 'LogRetentionDay=90'];
    await assert.rejects(packageStack({ args }), /--param LogRetentionDay: .* Did you mean LogRetentionDays\?/);
    await assert.rejects(
      packageStack({ args: ['--param', 'LogRetentionDays=100'] }),
      /--param LogRetentionDays: must be/,
    );
  });
});

describe('the parameters of a deployment', () => {
  it('are those of the file for all stages, then for this one, then those of the command', () => {
    const inFile = { default: { A: 1, B: 'all', C: { value: 'all' } }, prod: { B: 'prod', C: 'prod' }, dev: { A: 2 } };
    assert.deepEqual(
      [...givenParameters(['C=a=b', 'D='], inFile, 'prod')],
      [
        ['A', '1'],
        ['B', 'prod'],
        ['C', 'a=b'],
        ['D', ''],
      ],
    );
  });

  it('keep the value that the stack has where none is given, and take the default where the stack has none', () => {
    const given = new Map([
      ['AlarmTopicArn', ''],
      ['Tags', 'a=b'],
    ]);
    const previous = new Set(['AlarmTopicArn', 'NotifyTopicArn', 'OfAnOlderVersion']);
    assert.deepEqual(stackParameters(given, rules, previous), [
      { ParameterKey: 'AlarmTopicArn', ParameterValue: '' },
      { ParameterKey: 'NotifyTopicArn', UsePreviousValue: true },
    ]);
  });
});
