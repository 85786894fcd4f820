import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DeleteStackCommand, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteRuleCommand,
  DisableRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateAccessPointCommand, CreateJobCommand } from '@aws-sdk/client-s3-control';
import { ROOT } from '../infra/reachable-sources.ts';
import { REGION } from './deployed-stack.ts';
import { MEMBER, openMember, THERE } from './open-member.ts';
import { deployment } from './open-organization.ts';

const SCP: object = JSON.parse(readFileSync(path.join(ROOT, 'infra/scp.json'), 'utf8'));
const DENIED = /with an explicit deny in a service control policy/;
const ROLE = { RoleName: 'reseal-assess-bucket' };
const RULE = 'reseal-forward';
const OPEN = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: MEMBER }, Action: 'sts:AssumeRole' }],
});

const givenAway = () =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: MEMBER }, Action: 's3:*', Resource: `arn:aws:s3:::${reports}` }],
  });

type Opened = Awaited<ReturnType<typeof openMember>>;

let member: Opened;
let reports: string;
before(async () => {
  member = await openMember();
  const { organization } = member;
  organization.attachPolicy(organization.root.id, SCP);
  await member.deploy();
  reports = (await member.reportsBuckets())[0] ?? assert.fail('there is no reports bucket');
});
after(() => member[Symbol.asyncDispose]());

/** What the administrator of a member tries. */
const tries: Record<string, (one: Opened) => Promise<unknown>> = {
  'opens a role to the own account': ({ clients: { iam } }) =>
    iam.send(new UpdateAssumeRolePolicyCommand({ ...ROLE, PolicyDocument: OPEN })),
  'gives a role more rights': ({ clients: { iam } }) =>
    iam.send(new PutRolePolicyCommand({ ...ROLE, PolicyName: 'more', PolicyDocument: OPEN })),
  'takes the rights of a role': ({ clients: { iam } }) =>
    iam.send(new DeleteRolePolicyCommand({ ...ROLE, PolicyName: 'assess-bucket' })),
  'deletes a role': ({ clients: { iam } }) => iam.send(new DeleteRoleCommand(ROLE)),
  'makes a role with such a name': ({ clients: { iam } }) =>
    iam.send(new CreateRoleCommand({ RoleName: 'reseal-batch2', AssumeRolePolicyDocument: OPEN })),
  'makes a role that would be spared': ({ clients: { iam } }) =>
    iam.send(new CreateRoleCommand({ RoleName: 'stacksets-exec-evil', AssumeRolePolicyDocument: OPEN })),
  'starts a job of its own under the role of copies': ({ clients: { s3Control } }) =>
    s3Control.send(
      new CreateJobCommand({
        AccountId: MEMBER,
        ClientRequestToken: 'own',
        ConfirmationRequired: false,
        Priority: 1,
        RoleArn: `arn:aws:iam::${MEMBER}:role/reseal-copy-batch`,
        Report: { Enabled: false },
        Operation: { S3PutObjectCopy: { TargetResource: 'arn:aws:s3:::own' } },
        ManifestGenerator: {
          S3JobManifestGenerator: { SourceBucket: 'arn:aws:s3:::own', EnableManifestOutput: false },
        },
      }),
    ),
  'turns the forwarding off': ({ clients: { eventBridge } }) =>
    eventBridge.send(new DisableRuleCommand({ Name: RULE })),
  'narrows what is forwarded': ({ clients: { eventBridge } }) =>
    eventBridge.send(new PutRuleCommand({ Name: RULE, EventPattern: '{"source":["nothing"]}' })),
  'takes the target of the rule': ({ clients: { eventBridge } }) =>
    eventBridge.send(new RemoveTargetsCommand({ Rule: RULE, Ids: ['hub'] })),
  'puts another target': ({ clients: { eventBridge } }) =>
    eventBridge.send(
      new PutTargetsCommand({
        Rule: RULE,
        Targets: [{ Id: 'hub', Arn: `arn:aws:events:${REGION}:${MEMBER}:event-bus/default` }],
      }),
    ),
  'deletes the rule': ({ clients: { eventBridge } }) => eventBridge.send(new DeleteRuleCommand({ Name: RULE })),
  'deletes a reports bucket': ({ s3 }) => s3.send(new DeleteBucketCommand({ Bucket: reports })),
  'takes its policy': ({ s3 }) => s3.send(new DeleteBucketPolicyCommand({ Bucket: reports })),
  'puts another policy': ({ s3 }) => s3.send(new PutBucketPolicyCommand({ Bucket: reports, Policy: givenAway() })),
  'puts a key on it': ({ s3 }) => {
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] as const;
    return s3.send(
      new PutBucketEncryptionCommand({ Bucket: reports, ServerSideEncryptionConfiguration: { Rules: [...Rules] } }),
    );
  },
  'writes a report': ({ s3 }) =>
    s3.send(new PutObjectCommand({ Bucket: reports, Key: 'reports/data/job-1/manifest.json', Body: '{}' })),
  'makes a bucket that passes for one': ({ s3 }) =>
    s3.send(
      new CreateBucketCommand({
        Bucket: `reseal-reports-ffffffff-${MEMBER}-${REGION}-an`,
        CreateBucketConfiguration: { LocationConstraint: REGION },
      }),
    ),
  'deletes the stack of the stack set': async ({ clients: { cloudFormation } }) => {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand());
    const { StackName } = Stacks.find((stack) => stack.StackName?.startsWith('StackSet-reseal-roles')) ?? {};
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
  },
};

describe('the administrator of a member under infra/scp.json', () => {
  for (const [what, attempt] of Object.entries(tries)) {
    it(`is refused, by that policy: ${what}`, async () => {
      await assert.rejects(attempt(member), { message: DENIED });
    });
  }

  it('writes no report by an access point either: the policy of the bucket denies it', async () => {
    const { clients, s3 } = member;
    const door = new CreateAccessPointCommand({ AccountId: MEMBER, Name: 'door', Bucket: reports });
    const { Alias: Bucket } = await clients.s3Control.send(door);
    await assert.rejects(s3.send(new PutObjectCommand({ Bucket, Key: 'reports/forged', Body: '{}' })), {
      message: /with an explicit deny in a resource-based policy/,
    });
  });

  it('is answered as ever: a bucket is repaired, and the report of its job lies in the reports bucket', async () => {
    const end = await member.endOfJob('guarded');
    assert.match(String(end['report']), new RegExp(`^s3://${reports}/`));
  });
});

describe('whoever deploys under infra/scp.json', () => {
  it('updates and removes the members, and deploys them again', async () => {
    const { management, aws } = member;
    const { TemplateBody, Parameters } = deployment(aws, { ReportRetentionDays: '30', SecurityHub: 'off' }).input;
    await management.send(new UpdateStackCommand({ StackName: 'reseal-organization', TemplateBody, Parameters }));
    await member.stack.atRest();
    assert.deepEqual(await member.instances(), THERE);
    const { iam } = member.clients;
    const named = { RoleName: 'reseal-announce-change' };
    await assert.rejects(iam.send(new GetRoleCommand(named)), { name: 'NoSuchEntityException' });

    member.organization.removeAccount(MEMBER);
    await member.stack.atRest();
    assert.deepEqual(await member.instances(), []);
    await assert.rejects(iam.send(new GetRoleCommand(ROLE)), { name: 'NoSuchEntityException' });
    member.organization.inviteAccount(MEMBER);
    await member.stack.atRest();
    assert.deepEqual(await member.instances(), THERE);
  });
});
