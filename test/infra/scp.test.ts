import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as z from 'zod';
import type { Caller } from '../../local/call.ts';
import type { LocalAws } from '../../local/start-local.ts';
import { MANAGEMENT, MEMBER, openOrganization, sessionOf } from '../local/organizations/open-organization.ts';
import { memberTemplate } from './member-template.ts';
import { ROOT } from './reachable-sources.ts';

const text = readFileSync(path.join(ROOT, 'infra/scp.json'), 'utf8');
const statement = z.strictObject({
  Sid: z.string(),
  Effect: z.literal('Deny'),
  Action: z.union([z.string(), z.array(z.string())]).optional(),
  NotAction: z.array(z.string()).optional(),
  Resource: z.union([z.string(), z.array(z.string())]),
  Condition: z.strictObject({ ArnNotLike: z.strictObject({ 'aws:PrincipalArn': z.array(z.string()) }) }),
});
const document = z
  .strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statement) })
  .parse(JSON.parse(text));

/** Of a service control policy, as it is typed (Organizations guide, "Quotas"). */
const MOST_CHARACTERS = 5_120;

const iam = (name: string) => `arn:aws:iam::${MEMBER}:role/${name}`;
const REPORTS = `arn:aws:s3:::reseal-reports-0a1b2c3d-${MEMBER}-eu-west-1-an`;
const RULE = `arn:aws:events:eu-west-1:${MEMBER}:rule/reseal-forward`;
const STACK = `arn:aws:cloudformation:eu-west-1:${MEMBER}:stack/StackSet-reseal-roles-0a1b2c3d-0000-4000-8000-000000000000/1`;

const named = (service: string, names: string) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${service}:${name}`);
const CHANGES_OF_ROLES = named(
  'iam',
  `AttachRolePolicy CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary
   PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription`,
);
const CHANGES_OF_RULES = named(
  'events',
  'DeleteRule DisableRule EnableRule PutRule PutTargets RemoveTargets TagResource UntagResource',
);
const CHANGES_OF_BUCKETS = named(
  's3',
  `CreateBucket DeleteBucket DeleteBucketPolicy PutBucketPolicy PutEncryptionConfiguration PutLifecycleConfiguration PutBucketPublicAccessBlock
   PutBucketOwnershipControls PutBucketVersioning PutReplicationConfiguration PutBucketLogging PutBucketTagging TagResource PutBucketAcl`,
);
const CHANGES_OF_OBJECTS = named('s3', 'PutObject DeleteObject DeleteObjectVersion AbortMultipartUpload');
const CHANGES_OF_STACKS = named('cloudformation', 'CreateStack DeleteStack UpdateStack CreateChangeSet SetStackPolicy');

const DEPLOYERS = ['stacksets-exec-0a1b2c3d', 'RESEAL-ADMINISTRATOR'];

/** By the statement that denies it: what a member may do to its own things and not to these. */
const DENIED: [sid: string, actions: string[], resources: string[]][] = [
  ['KeepRoles', CHANGES_OF_ROLES, [...rolesOfMembers(), ...DEPLOYERS].map(iam)],
  // The name of a role is unique in its account, and a session tells no path.
  ['KeepRoles', CHANGES_OF_ROLES, rolesOfMembers().map((name) => iam(`of/others/${name}`))],
  ['KeepWhoPassesRoles', ['iam:PassRole'], [...rolesOfMembers(), ...DEPLOYERS].map(iam)],
  ['KeepForwarding', CHANGES_OF_RULES, [RULE]],
  ['KeepReports', CHANGES_OF_BUCKETS, [REPORTS]],
  ['KeepReports', CHANGES_OF_OBJECTS, [`${REPORTS}/reports/data/job-1/manifest.json`]],
  ['KeepStacks', CHANGES_OF_STACKS, [STACK]],
];

/** The names that infra/member/roles.yml gives with the defaults of its parameters, and one of the hub. */
function rolesOfMembers(): string[] {
  const named = Object.values(memberTemplate('roles').Resources).map(({ Properties }) =>
    z.object({ 'Fn::Sub': z.string() }).parse(Properties['RoleName'])['Fn::Sub'].replace('${RolePrefix}', ''),
  );
  return [...named, 'reseal-hub-sweep'];
}

let aws: LocalAws;
before(async () => {
  aws = await openOrganization();
  aws.organization.attachPolicy(aws.organization.root.id, document);
});
after(() => aws.close());

const administrator = (account = MEMBER) => aws.world.identity.administrator(account);
/** A role that IAM lets do everything. */
const as = (name: string, account = MEMBER): Caller => sessionOf(aws, { account, name }).caller;

function ask(caller: Caller, action: string, resource: string): () => void {
  const about = { service: 'any', operation: 'any', requestId: 'id', sourceIp: '127.0.0.1', userAgent: 'test' };
  const call = { ...about, caller, region: 'eu-west-1', time: new Date(0) };
  return () => aws.world.identity.authorize(call, [{ action, resource }]);
}

const all = (visit: (action: string, resource: string, sid: string) => void) => {
  for (const [sid, actions, resources] of DENIED)
    for (const action of actions) for (const resource of resources) visit(action, resource, sid);
};

describe('infra/scp.json', () => {
  it('fits into a service control policy as it stands', () => {
    assert.ok(text.length <= MOST_CHARACTERS, `${text.length} characters`);
  });

  it('denies the administrators of a member every change of what Reseal has there', () => {
    for (const caller of [administrator(), as('Admin'), as('not-reseal-batch'), as('my-stacksets-exec-1')]) {
      all((action, resource, sid) => {
        const message = `${caller.arn} ${action} ${resource} (${sid})`;
        assert.throws(ask(caller, action, resource), /with an explicit deny in a service control policy$/, message);
      });
    }
  });

  it('has no statement that denies nothing of these by itself', () => {
    for (const { Sid } of document.Statement) {
      const rest = document.Statement.filter((each) => each.Sid !== Sid);
      aws.organization.detachPolicies(aws.organization.root.id);
      aws.organization.attachPolicy(aws.organization.root.id, { ...document, Statement: rest });
      all((action, resource, sid) => {
        if (sid === Sid) assert.doesNotThrow(ask(administrator(), action, resource), `${Sid} ${action} ${resource}`);
      });
    }
    aws.organization.detachPolicies(aws.organization.root.id);
    aws.organization.attachPolicy(aws.organization.root.id, document);
  });

  it('spares those who deploy, and whom the operator names', () => {
    for (const name of DEPLOYERS)
      all((action, resource) => assert.doesNotThrow(ask(as(name), action, resource), `${name} ${action} ${resource}`));
  });

  it('spares the roles of Reseal where they need it, and nowhere else', () => {
    const needed: Record<string, [action: string, resource: string][]> = {
      'reseal-assess-bucket': [['s3:PutEncryptionConfiguration', REPORTS]],
      'reseal-track-job': [
        ['iam:PassRole', iam('reseal-batch')],
        ['iam:PassRole', iam('reseal-copy-batch')],
        ['s3:PutObject', `${REPORTS}/retries/data/token.csv`],
        ['s3:AbortMultipartUpload', `${REPORTS}/versions/data/token.csv`],
      ],
      'reseal-batch': [['s3:PutObject', `${REPORTS}/reports/data/job-1/manifest.json`]],
      'reseal-copy-batch': [['s3:PutObject', `${REPORTS}/reports/data/job-1/manifest.json`]],
    };
    for (const name of rolesOfMembers()) {
      for (const [action, resource] of needed[name] ?? []) assert.doesNotThrow(ask(as(name), action, resource), name);
      for (const action of [...CHANGES_OF_ROLES, 'iam:PassRole'])
        if (name !== 'reseal-track-job' || action !== 'iam:PassRole')
          assert.throws(ask(as(name), action, iam('reseal-sweep')), { code: 'AccessDenied' }, `${name} ${action}`);
      for (const action of CHANGES_OF_RULES) assert.throws(ask(as(name), action, RULE), { code: 'AccessDenied' }, name);
    }
    for (const name of ['reseal-reencrypt-object', 'reseal-sweep', 'reseal-forward', 'reseal-announce-change'])
      assert.throws(ask(as(name), 's3:PutObject', `${REPORTS}/x`), { code: 'AccessDenied' }, name);
  });

  it('leaves everybody to read, to assume roles, and what has another name', () => {
    const allowed: [action: string, resource: string][] = [
      ['iam:GetRole', iam('reseal-batch')],
      ['sts:AssumeRole', iam('reseal-assess-bucket')],
      ['events:DescribeRule', RULE],
      ['s3:GetObject', `${REPORTS}/reports/data/job-1/manifest.json`],
      ['s3:ListBucket', REPORTS],
      ['s3:GetBucketPolicy', REPORTS],
      ['cloudformation:DescribeStacks', STACK],
      ['cloudformation:DetectStackDrift', STACK],
      ['cloudformation:DeleteStack', STACK.replace('StackSet-reseal', 'StackSet-other')],
      ['iam:CreateRole', iam('app')],
      ['iam:CreateRole', iam('teams/app-reseal-reader')],
      ['iam:PassRole', iam('app')],
      ['events:PutRule', RULE.replace('reseal-forward', 'orders')],
      ['s3:DeleteBucket', 'arn:aws:s3:::orders'],
      ['s3:CreateBucket', 'arn:aws:s3:::orders-reseal-reports'],
    ];
    for (const [action, resource] of allowed)
      assert.doesNotThrow(ask(administrator(), action, resource), `${action} ${resource}`);
  });

  it('does not bind the management account, nor the roles that AWS services have for themselves', () => {
    all((action, resource) => {
      assert.doesNotThrow(ask(administrator(MANAGEMENT), action, resource), action);
      const linked = 'aws-service-role/member.org.stacksets.cloudformation.amazonaws.com/AWSServiceRole';
      assert.doesNotThrow(ask(as(linked), action, resource), action);
    });
  });

  it('names every role that has rights to deploy in no other way than by those whom it keeps', () => {
    const kept = document.Statement.find(({ Sid }) => Sid === 'KeepRoles')?.Resource ?? [];
    const spared = document.Statement.flatMap(({ Condition }) => Condition.ArnNotLike['aws:PrincipalArn']);
    const open = [...new Set(spared)].filter(
      (arn) => ![kept].flat().some((each) => arn.startsWith(each.replace(/\*$/, ''))),
    );
    assert.deepEqual(open, [], 'whoever may make such a role could do everything that the policy denies');
  });

  it('binds under a path and a prefix, once their names are put in as docs/security.md says', () => {
    const renamed = text
      .replaceAll('role/reseal-', 'role/teams/storage/corp-reseal-')
      .replaceAll('role/*/reseal-', 'role/*/corp-reseal-')
      .replaceAll('rule/reseal-', 'rule/corp-reseal-');
    assert.ok(renamed.length <= MOST_CHARACTERS);
    aws.organization.detachPolicies(aws.organization.root.id);
    aws.organization.attachPolicy(aws.organization.root.id, JSON.parse(renamed));
    const denied = { code: 'AccessDenied' };
    assert.throws(ask(administrator(), 'iam:DeleteRole', iam('teams/storage/corp-reseal-batch')), denied);
    assert.throws(ask(administrator(), 'events:DisableRule', RULE.replace('reseal-', 'corp-reseal-')), denied);
    const batch = sessionOf(aws, { account: MEMBER, name: 'teams/storage/corp-reseal-batch' }).caller;
    assert.doesNotThrow(ask(batch, 's3:PutObject', `${REPORTS}/x`));
    aws.organization.detachPolicies(aws.organization.root.id);
    aws.organization.attachPolicy(aws.organization.root.id, document);
  });
});
