import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { grants, policyDocument, roles } from './grants.ts';
import { getAtt, packaged, resourcesOf } from './packaged-template.ts';
import { ROOT } from './reachable-sources.ts';

/** The resources that are wider than one named thing. The reason stands in infra/roles or infra/member, and in docs/permissions.md. */
const WIDE = {
  'assess-bucket in the hub': {
    '*': 'X-Ray has no resource to name',
    'arn:aws:iam::*:role/reseal-assess-bucket': 'the members of tomorrow',
    'PolicyBucket/policy/*': 'the ledger pins one of the published policies',
  },
  'track-job in the hub': {
    '*': 'X-Ray has no resource to name',
    'arn:aws:iam::*:role/reseal-track-job': 'the members of tomorrow',
  },
  'sweep in the hub': {
    '*': 'X-Ray has no resource to name',
    'arn:aws:iam::*:role/reseal-sweep': 'the members of tomorrow',
    'arn:aws:organizations::*:account/OrganizationId/*':
      'any account may join, and its unit decides which rule applies',
    'arn:aws:organizations::*:ou/OrganizationId/*': 'any unit may be on the way to the root',
  },
  'announce-change in the hub': {
    '*': 'dynamodb:ListStreams and X-Ray have no resource to name',
    'arn:aws:iam::*:role/reseal-announce-change': 'the members of tomorrow',
  },
  'assess-bucket in a member': {
    'arn:aws:s3:::*': 'the buckets of tomorrow are guarded too',
    'arn:aws:s3:::*/*': 'what is being uploaded anywhere may be aborted',
    '*': 's3:ListAllMyBuckets and s3:ListAccessPoints have no resource to name',
    'arn:aws:s3express:*:ACCOUNT:bucket/*': 'the directory buckets of tomorrow are guarded too',
    'arn:aws:s3tables:*:ACCOUNT:bucket/*': 'so are its table buckets',
    'arn:aws:s3vectors:*:ACCOUNT:bucket/*': 'and its vector buckets',
    'arn:aws:s3:*:ACCOUNT:accesspoint/*': 'which access points a bucket has, only its list says',
    'arn:aws:kms:*:ACCOUNT:key/*': 'the policy may name any key',
    'arn:aws:kms:*:*:key/*': 'the policy may name any key of any account',
  },
  'track-job in a member': {
    '*': 's3:CreateJob and s3:ListAllMyBuckets have no resource to name',
    'arn:aws:s3:*:ACCOUNT:job/*': 'S3 gives a job its id when it is created',
    'arn:aws:s3:::*': 'the versions of any bucket may need a job',
    'arn:aws:s3:::*/*': 'a sample of the objects of any job is proven',
    'arn:aws:kms:*:*:key/*': 'and none of them is opened, whatever its key',
    'arn:aws:s3:::reseal-reports-*-ACCOUNT-*/reports/*':
      'every stack of every Region has its bucket, and the job id is part of the key',
    'arn:aws:s3:::reseal-reports-*-ACCOUNT-*/manifests/*': 'the same',
    'arn:aws:s3:::reseal-reports-*-ACCOUNT-*/retries/*': 'the same, with the token of the job',
    'arn:aws:s3:::reseal-reports-*-ACCOUNT-*/versions/*': 'the same',
  },
  'reencrypt-object in the hub': {
    '*': 'X-Ray has no resource to name',
    'arn:aws:iam::*:role/reseal-reencrypt-object': 'the members of tomorrow',
  },
  'reencrypt-object in a member': {
    'arn:aws:s3:::*': 'any bucket may need a job',
    'arn:aws:s3:::*/*': 'any object may need a copy, and any other write is denied',
    'arn:aws:s3:::reseal-reports-*-ACCOUNT-*/*': 'denied, in the bucket of every stack and Region',
    'arn:aws:kms:*:*:key/*': 'objects may lie under any key; only through S3',
    'arn:aws:kms:*:ACCOUNT:key/*': 'the policy may name any key; only through S3',
  },
  'sweep in a member': {
    'arn:aws:s3:::*': 'any bucket may send its access logs to another',
    '*': 'listing buckets has no resource to name',
    'arn:aws:events:*:ACCOUNT:rule/reseal-forward': 'the rule of every Region',
  },
  'operators in a member': {
    'arn:aws:s3:::*': 'any bucket may be asked about',
    '*': 's3:ListAllMyBuckets and s3:ListAccessPoints have no resource to name',
    'arn:aws:s3express:*:ACCOUNT:bucket/*': 'any directory bucket may be asked about',
    'arn:aws:s3tables:*:ACCOUNT:bucket/*': 'any table bucket',
    'arn:aws:s3vectors:*:ACCOUNT:bucket/*': 'any vector bucket',
    'arn:aws:s3:*:ACCOUNT:accesspoint/*': 'which access points a bucket has, only its list says',
    'arn:aws:kms:*:ACCOUNT:key/*': 'the policy may name any key',
    'arn:aws:kms:*:*:key/*': 'the policy may name any key of any account',
  },
  'announce-change in a member': {
    'arn:aws:securityhub:*:ACCOUNT:product/ACCOUNT/default': 'the default product of every Region',
  },
  'S3 Batch Operations, updates': {
    'arn:aws:s3:::*': 'any bucket may drift',
    'arn:aws:s3:::*/*': 'any bucket may drift',
    'arn:aws:s3:::reseal-reports-*-ACCOUNT-*/reports/*':
      'every stack of every Region has its bucket, and the job id is part of the key',
    'arn:aws:s3:::reseal-reports-*-ACCOUNT-*/manifests/*': 'the same',
    'arn:aws:kms:*:*:key/*': 'objects may lie under any key; only through S3',
    'arn:aws:kms:*:ACCOUNT:key/*': 'the policy may name any key; only through S3',
  },
  'S3 Batch Operations, copies': {
    'arn:aws:s3:::*': 'any bucket may drift',
    'arn:aws:s3:::*/*': 'any bucket may drift',
    'arn:aws:kms:*:*:key/*': 'objects may lie under any key; only through S3',
  },
};

const WITHOUT_RESOURCE = [
  'cloudwatch:GetMetricData',
  'cloudwatch:ListMetrics',
  'dynamodb:ListStreams',
  'organizations:DescribeOrganization',
  'organizations:ListAccounts',
  's3:CreateJob',
  's3:ListAccessPoints',
  's3:ListAllMyBuckets',
  's3express:ListAllMyDirectoryBuckets',
  's3tables:ListTableBuckets',
  's3vectors:ListVectorBuckets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

describe('roles', () => {
  it('allow no action by wildcard', () => {
    const wild = grants().filter(({ action }) => action.includes('*'));
    assert.deepEqual(wild, []);
  });

  it('allow wide resources only where a reason is given, and give no reason in vain', () => {
    const found: Record<string, string[]> = {};
    for (const { holder, resource } of grants()) if (resource.includes('*')) (found[holder] ??= []).push(resource);
    const unique = Object.entries(found).map(([holder, resources]) => [holder, [...new Set(resources)].sort()]);
    const expected = Object.entries(WIDE).map(([holder, reasons]) => [holder, Object.keys(reasons).sort()]);
    assert.deepEqual(Object.fromEntries(unique), Object.fromEntries(expected));
  });

  it('give that reason in a comment on the line above, and so does whoever lets everybody in', () => {
    const unexplained = globSync('infra/{bus.yml,{roles,member}/*.yml}', { cwd: ROOT }).flatMap((file) => {
      const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n');
      return lines.flatMap((line, index) => {
        const effect = lines.slice(0, index).findLast((each) => each.includes('Effect:'));
        const isWide = /^ *(Resource: (?!\[).*\*|Principal: .*'\*')/.test(line) && effect?.endsWith('Deny') !== true;
        return isWide && !/^ *# /.test(lines[index - 1] ?? '') ? [`${file}:${index + 1}: ${line.trim()}`] : [];
      });
    });
    assert.deepEqual(unexplained, []);
  });

  it('allow everything only to actions that know no resource', () => {
    const actions = grants().flatMap(({ action, resource }) => (resource === '*' ? [action] : []));
    assert.deepEqual([...new Set(actions)].sort(), WITHOUT_RESOURCE);
  });

  it('trust Lambda, the function of their own name in the hub, the operators that are named, EventBridge for rules of the account, or S3 Batch Operations alone', () => {
    const lambda = [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: ['sts:AssumeRole'] }];
    const batch = [
      {
        Effect: 'Allow',
        Principal: { Service: 'batchoperations.s3.amazonaws.com' },
        Action: ['sts:AssumeRole'],
        Condition: {
          'Fn::If': [
            'RestrictsBatchTrust',
            { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            { Ref: 'AWS::NoValue' },
          ],
        },
      },
    ];
    const hub = (name: string) => {
      const arn = (account: string) =>
        `arn:\${AWS::Partition}:iam::\${${account}}:role\${RolePath}\${RolePrefix}reseal-hub-${name}`;
      const ofOne = { 'Fn::Sub': arn('AWS::AccountId') };
      return [
        {
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::If': ['IsOwnHub', { Ref: 'AWS::AccountId' }, { Ref: 'HubAccountId' }] } },
          Action: ['sts:AssumeRole'],
          Condition: {
            ArnEquals: { 'aws:PrincipalArn': { 'Fn::If': ['IsOwnHub', ofOne, { 'Fn::Sub': arn('HubAccountId') }] } },
            StringEquals: {
              'Fn::If': [
                'HasOrganization',
                { 'aws:PrincipalOrgID': { Ref: 'OrganizationId' } },
                { Ref: 'AWS::NoValue' },
              ],
            },
          },
        },
      ];
    };
    const byFunction = ['assess-bucket', 'track-job', 'reencrypt-object', 'sweep', 'announce-change'].flatMap(
      (name) => [
        [`${name} in the hub`, lambda],
        [`${name} in a member`, hub(name)],
      ],
    );
    assert.deepEqual(Object.fromEntries(roles.map(({ holder, trust }) => [holder, trust.Statement])), {
      ...Object.fromEntries(byFunction),
      'operators in a member': [
        {
          Effect: 'Allow',
          // The condition says whom: IAM takes no principal that is not there.
          Principal: { AWS: '*' },
          Action: ['sts:AssumeRole'],
          Condition: {
            ArnEquals: { 'aws:PrincipalArn': { 'Fn::Split': [',', { Ref: 'OperatorRoleArns' }] } },
            StringEquals: {
              'Fn::If': [
                'HasOrganization',
                { 'aws:PrincipalOrgID': { Ref: 'OrganizationId' } },
                { Ref: 'AWS::NoValue' },
              ],
            },
          },
        },
      ],
      'EventBridge in a member': [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['sts:AssumeRole'],
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
      'S3 Batch Operations, updates': batch,
      'S3 Batch Operations, copies': batch,
    });
    assert.deepEqual(packaged.Conditions['RestrictsBatchTrust'], {
      'Fn::Equals': [{ Ref: 'RestrictBatchTrust' }, 'true'],
    });
  });

  it('hand on the Batch roles to S3 Batch Operations and to nobody else', () => {
    const passed = roles.flatMap(({ holder, policies }) =>
      policies
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .filter(({ Action }) => Action.includes('iam:PassRole'))
        .map((statement) => ({ holder, ...statement })),
    );
    assert.deepEqual(passed, [
      {
        holder: 'track-job in a member',
        Sid: 'HandBatchItsRoles',
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: [getAtt('BatchRole'), getAtt('CopyBatchRole')],
        Condition: { StringEquals: { 'iam:PassedToService': 'batchoperations.s3.amazonaws.com' } },
      },
    ]);
  });

  it('reach no bucket of another account', () => {
    const anyBucket = grants().filter(({ resource }) => resource.startsWith('arn:aws:s3:::'));
    assert.ok(anyBucket.length > 0);
    const without = anyBucket.filter(({ condition }) => !condition.endsWith('aws:ResourceAccount = ACCOUNT'));
    assert.deepEqual(without, []);
  });

  it('let a function start the two operations that Reseal uses, and no other', () => {
    const started = grants().filter(({ action }) => action === 's3:CreateJob');
    assert.deepEqual(
      started.map(({ holder, condition }) => [holder, condition]),
      [['track-job in a member', 's3:RequestJobOperation = S3UpdateObjectEncryption or S3PutObjectCopy']],
    );
  });

  it('let the jobs that update in place write reports and their manifests, and nothing else', () => {
    const written = grants().filter(
      ({ holder, action }) => holder.endsWith('updates') && /:(Put|Delete)Obj/.test(action),
    );
    assert.deepEqual(
      written.map(({ action, resource }) => `${action} ${resource}`),
      [
        's3:PutObject arn:aws:s3:::reseal-reports-*-ACCOUNT-*/reports/*',
        's3:PutObject arn:aws:s3:::reseal-reports-*-ACCOUNT-*/manifests/*',
      ],
    );
  });

  it('name the items of the ledger that they need, wherever they read or write it', () => {
    const items = grants().filter(({ action }) =>
      /^dynamodb:(Get|Put|Update|Delete)Item$|^dynamodb:Query$/.test(action),
    );
    assert.ok(items.length > 0);
    const all = items.filter(({ condition }) => !/^dynamodb:LeadingKeys = [A-Z]/.test(condition));
    assert.deepEqual(
      all.map(({ holder, resource }) => [holder, resource]),
      // Of whatever place: it has the names of buckets, and nothing that is known of them.
      [['sweep in the hub', 'LedgerTable/index/by-place']],
    );
  });

  it('know a service by its host in China too, wherever they ask for it', () => {
    const asked = grants().flatMap(({ condition }) => (condition.includes('kms:ViaService') ? [condition] : []));
    assert.ok(asked.length > 0);
    for (const condition of asked) {
      const hosts = condition.replace(/^.*kms:ViaService = ([^,]*).*$/, '$1').split(' or ');
      const global = hosts.filter((host) => host.endsWith('.amazonaws.com'));
      assert.deepEqual(
        hosts,
        global.flatMap((host) => [host, `${host}.cn`]),
        condition,
      );
    }
  });

  it('and resource policies allow nothing by wildcard', () => {
    const documents = ['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy'].flatMap((type) =>
      resourcesOf(type).map(([, { Properties }]) => policyDocument.parse(Properties['PolicyDocument'])),
    );
    const allowed = documents.flatMap(({ Statement }) => Statement.filter(({ Effect }) => Effect === 'Allow'));
    const wild = allowed.filter((each) => JSON.stringify([each.Action, each.Principal, each.Resource]).includes('*'));
    assert.deepEqual(wild, []);
  });
});
