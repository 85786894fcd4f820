import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate } from '../../local/cloudformation/intrinsics.ts';
import { type ParameterValue, resolveParameters } from '../../local/cloudformation/parameters.ts';
import type { Created, Place } from '../../local/cloudformation/resource.ts';
import { createScope } from '../../local/cloudformation/scope.ts';
import type { Template } from '../../local/cloudformation/template.ts';
import { packaged, resourcesOf } from './packaged-template.ts';
import { memberTemplate } from './member-template.ts';

const HUB = '111122223333';
const MEMBER = '444455556666';
const ORGANIZATION = 'o-a1b2c3d4e5';
const OPERATOR = `arn:aws:iam::${HUB}:role/operator`;
const BUS = `arn:aws:events:eu-west-1:${HUB}:event-bus/reseal`;

/** One property of a resource as CloudFormation has it in a stack of that account with those parameters. */
function inStack(account: string, template: Template, given: Record<string, string>) {
  const place = { account, region: 'eu-west-1', stackName: 'reseal' } as unknown as Place;
  const parameters: ReadonlyMap<string, ParameterValue> = resolveParameters(template.Parameters, given);
  const created = new Map<string, Created>([
    ['HubBus', { ref: 'reseal', attributes: { Arn: BUS }, remove: async () => {} }],
  ]);
  const scope = createScope({ template, parameters, created, place });
  return (id: string, property: string) => evaluate(template.Resources[id]?.Properties?.[property], scope);
}

const hubStack = packaged as unknown as Template;
const WAYS: [name: string, given: Record<string, string>, condition: object][] = [
  ['of an organization', { OrganizationId: ORGANIZATION }, { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION } }],
  ['without one', {}, {}],
];

const ROLES = {
  AssessBucketRole: 'assess-bucket',
  TrackJobRole: 'track-job',
  ReencryptObjectRole: 'reencrypt-object',
  SweepRole: 'sweep',
};

for (const [name, given, condition] of WAYS) {
  describe(`a stack ${name}`, () => {
    it('lets the hub function of the same name into a role of a member, and into that of its own account', () => {
      const stacks: [account: string, template: Template, hub: Record<string, string>][] = [
        [MEMBER, memberTemplate('roles'), { HubAccountId: HUB, HubRegion: 'eu-west-1' }],
        [HUB, hubStack, {}],
      ];
      for (const [account, template, hub] of stacks) {
        const property = inStack(account, template, { ...given, ...hub });
        for (const [id, role] of Object.entries({ ...ROLES, AnnounceChangeRole: 'announce-change' })) {
          const principal = `arn:aws:iam::${HUB}:role/reseal-hub-${role}`;
          assert.deepEqual(property(id, 'AssumeRolePolicyDocument'), {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: HUB },
                Action: 'sts:AssumeRole',
                Condition: { ArnEquals: { 'aws:PrincipalArn': principal }, ...condition },
              },
            ],
          });
        }
      }
    });

    it('lets the named operators alone into reseal-reader', () => {
      const operators = [OPERATOR, `${OPERATOR}-2`];
      const property = inStack(MEMBER, memberTemplate('roles'), {
        ...given,
        HubAccountId: HUB,
        OperatorRoleArns: operators.join(','),
      });
      assert.deepEqual(property('ReaderRole', 'AssumeRolePolicyDocument'), {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: 'sts:AssumeRole',
            Condition: { ArnEquals: { 'aws:PrincipalArn': operators }, ...condition },
          },
        ],
      });
    });

    it('takes events on its bus from the forward roles of the organization, or of its own account alone', () => {
      const isOne = given['OrganizationId'] === undefined;
      assert.deepEqual(inStack(HUB, hubStack, given)('HubBusPolicy', 'Statement'), {
        Effect: 'Allow',
        Principal: isOne ? { AWS: `arn:aws:iam::${HUB}:root` } : '*',
        Action: 'events:PutEvents',
        Resource: BUS,
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/reseal-forward' }, ...condition },
      });
    });
  });
}

describe('a member template holds exactly', () => {
  const resources = (name: 'roles' | 'region') =>
    Object.entries(memberTemplate(name).Resources).map(([id, { Type, Condition }]) =>
      [id, Type, ...(Condition === undefined ? [] : [`if ${Condition}`])].join(' '),
    );

  it('these roles: roles.yml', () => {
    assert.deepEqual(resources('roles').toSorted(), [
      'AnnounceChangeRole AWS::IAM::Role if UsesSecurityHub',
      'AssessBucketRole AWS::IAM::Role',
      'BatchRole AWS::IAM::Role',
      'CopyBatchRole AWS::IAM::Role',
      'ForwardRole AWS::IAM::Role',
      'ReaderRole AWS::IAM::Role if HasOperators',
      'ReencryptObjectRole AWS::IAM::Role if MakesOwnCopies',
      'SweepRole AWS::IAM::Role',
      'TrackJobRole AWS::IAM::Role',
    ]);
  });

  it('a rule and a bucket: region.yml', () => {
    assert.deepEqual(resources('region').toSorted(), [
      'ForwardRule AWS::Events::Rule',
      'ForwardWritesRule AWS::Events::Rule if WatchesWrites',
      'ReportsBucket AWS::S3::Bucket',
      'ReportsBucketPolicy AWS::S3::BucketPolicy',
    ]);
  });

  it('a role for each function of the hub', () => {
    const functions = resourcesOf('AWS::Lambda::Function').map(([, { Properties }]) => String(Properties['Handler']));
    const names = functions.map((handler) => handler.replace(/^functions\/(.*)\.handler$/, '$1'));
    const property = inStack(MEMBER, memberTemplate('roles'), { HubAccountId: HUB });
    const roles = Object.keys(memberTemplate('roles').Resources).map((id) => property(id, 'RoleName'));
    assert.deepEqual(
      names.filter((name) => !roles.includes(`reseal-${name}`)),
      [],
    );
  });
});
