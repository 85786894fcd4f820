import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { resolveParameters } from '../../local/cloudformation/parameters.ts';
import { readTemplateText } from '../../local/cloudformation/template.ts';
import { ORGANIZATION } from '../../scripts/package.ts';
import { memberTemplate, templateOf } from './member-template.ts';
import { directory } from './packaged-template.ts';

/** Of a template that comes with the request, as `aws cloudformation deploy` sends it without a bucket (CloudFormation guide, quotas). */
const MOST_BYTES = 51_200;

const text = readFileSync(path.join(directory, ORGANIZATION), 'utf8');
const template = readTemplateText(text);
const ref = (name: string) => ({ Ref: name });
const asked = z.object({
  TemplateBody: z.string(),
  Parameters: z.array(z.object({ ParameterKey: z.string(), ParameterValue: z.unknown() })),
});

const SETS = {
  RolesStackSet: { file: 'roles', Regions: [ref('HubRegion')], DependsOn: {} },
  RegionStackSet: {
    file: 'region',
    Regions: ref('Regions'),
    DependsOn: {
      DependsOn: [
        {
          'Fn::Sub':
            'arn:${AWS::Partition}:cloudformation:${AWS::Region}:${ManagementAccountId}:stackset/${RolesStackSet}',
        },
      ],
    },
  },
} as const;

describe('organization.yml', () => {
  it('is deployed without a bucket of its own', () => {
    assert.ok(Buffer.byteLength(text) < MOST_BYTES, `${Buffer.byteLength(text)} bytes`);
  });

  it('is two service-managed stack sets, of all accounts of the units but the one of the hub', () => {
    assert.deepEqual(Object.keys(template.Resources), Object.keys(SETS));
    for (const [id, { file, Regions, DependsOn }] of Object.entries(SETS)) {
      const { Type, Properties } = template.Resources[id] ?? assert.fail(id);
      const { TemplateBody: _, Parameters: __, ...rest } = Properties;
      assert.equal(Type, 'AWS::CloudFormation::StackSet');
      assert.deepEqual(rest, {
        StackSetName: { 'Fn::Sub': `\${StackSetPrefix}-${file}` },
        PermissionModel: 'SERVICE_MANAGED',
        CallAs: ref('CallAs'),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false, ...DependsOn },
        ManagedExecution: { Active: true },
        OperationPreferences: {
          RegionConcurrencyType: 'PARALLEL',
          MaxConcurrentPercentage: 100,
          FailureTolerancePercentage: ref('FailureTolerancePercentage'),
          ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
        },
        StackInstancesGroup: [
          {
            DeploymentTargets: {
              OrganizationalUnitIds: ref('OrganizationalUnitIds'),
              AccountFilterType: 'DIFFERENCE',
              Accounts: [ref('HubAccountId')],
            },
            Regions,
          },
        ],
      });
    }
  });

  for (const [id, { file }] of Object.entries(SETS)) {
    it(`holds infra/member/${file}.yml as it is, and hands on every parameter`, () => {
      const { TemplateBody, Parameters } = asked.parse(template.Resources[id]?.Properties);
      const member = memberTemplate(file);
      assert.deepEqual(templateOf(TemplateBody), member);
      assert.deepEqual(
        Parameters,
        Object.keys(member.Parameters).map((key) => ({ ParameterKey: key, ParameterValue: ref(key) })),
      );
      for (const key of Object.keys(member.Parameters)) {
        const { Default, ...parameter } = template.Parameters[key] ?? assert.fail(key);
        const expected = member.Parameters[key];
        if (['HubAccountId', 'HubRegion', 'OrganizationId'].includes(key)) assert.equal(Default, undefined, key);
        else assert.deepEqual({ ...parameter, Default }, expected, key);
      }
    });
  }

  it('quotes what CloudFormation would read as a truth value', () => {
    assert.deepEqual(text.match(/^ *- (on|off|yes|no|true|false)$/gm) ?? [], []);
  });

  it('asks for the hub and the organization, and says what is wrong with a slip', () => {
    const given = {
      HubAccountId: '111122223333',
      HubRegion: 'eu-west-1',
      OrganizationId: 'o-a1b2c3d4e5',
      ManagementAccountId: '444455556666',
      OrganizationalUnitIds: 'r-a1b2',
      Regions: 'eu-west-1,us-east-1',
    };
    resolveParameters(template.Parameters, given);
    for (const name of Object.keys(given)) {
      const { [name as keyof typeof given]: _, ...others } = given;
      assert.throws(() => resolveParameters(template.Parameters, others), new RegExp(name), name);
    }
    for (const [name, value] of [
      ['HubAccountId', ''],
      ['HubRegion', 'Ireland'],
      ['OrganizationId', ''],
      ['ManagementAccountId', '12'],
      ['CallAs', 'MEMBER'],
    ] as const) {
      assert.throws(() => resolveParameters(template.Parameters, { ...given, [name]: value }), new RegExp(name), name);
    }
  });
});
