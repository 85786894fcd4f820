import assert from 'node:assert/strict';
import { after, before, describe, it, test } from 'node:test';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetBucketEncryptionCommand, PutBucketEncryptionCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { Session } from '../../local/world.ts';
import { ROOT, runCli } from '../cli/run-cli.ts';
import { type Clients, createClients } from '../local/clients.ts';
import { sessionOf } from '../local/organizations/open-organization.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';
import { founding, joinMember, type Member, openPair } from './member.ts';

const MEMBER = { account: '222222222222', region: 'us-east-2' };
const OTHER = '333333333333';
const STRANGER = '666666666666';
const OPERATOR = `arn:aws:iam::${ACCOUNT}:role/teams/storage/operator`;
/** Named, and made under another path than that. */
const AUDITOR = `arn:aws:iam::${ACCOUNT}:role/auditor`;
const ORGANIZATION = 'o-reseallocal';
const NOT_ALLOWED = { message: /is not authorized to perform/ };
const FUNCTIONS = ['assess-bucket', 'track-job', 'reencrypt-object', 'sweep', 'announce-change'];

/** A hub and one member, in an organization or without one; both name the operator. */
async function openPlace(organizationId: string) {
  const parameters = {
    OrganizationId: organizationId,
    OwnCopies: 'true',
    OperatorRoleArns: [OPERATOR, `${OPERATOR}s`, AUDITOR].join(','),
  };
  const opened = await openPair(MEMBER, { parameters, before: founding(MEMBER.account, OTHER) });
  const { stack } = opened;
  const as = async <Answer>(
    credentials: Session,
    use: (clients: Clients) => Promise<Answer>,
    region = MEMBER.region,
  ): Promise<Answer> => {
    await using clients = createClients(stack.aws, { credentials, region });
    return await use(clients);
  };
  const enter = (credentials: Session, RoleArn: string) =>
    as(credentials, ({ sts }) => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 's' })));
  return {
    ...opened,
    as,
    enter,
    isLetIn: (credentials: Session, role: string) =>
      enter(credentials, `arn:aws:iam::${MEMBER.account}:role/reseal-${role}`).then(
        () => true,
        () => false,
      ),
    /** A role that may do everything, as far as its own account goes. */
    somebody: (name: string, account = ACCOUNT) => sessionOf(stack.aws, { account, name }),
  };
}

type Opened = Awaited<ReturnType<typeof openPlace>>;

/** The session that a function has in the member. */
function stolen({ stack }: { stack: DeployedStack }, name: string): Session {
  const { identity } = stack.aws.world;
  const role = `arn:aws:iam::${ACCOUNT}:role/reseal-hub-${name}`;
  const hub = identity.startSession(role, 's', { service: 'lambda.amazonaws.com' });
  return identity.startSession(`arn:aws:iam::${MEMBER.account}:role/reseal-${name}`, 's', hub.caller);
}

for (const organizationId of [ORGANIZATION, '']) {
  describe(`the roles of a member ${organizationId === '' ? 'without OrganizationId' : 'of an organization'}`, () => {
    let opened: Opened;
    before(async () => {
      opened = await openPlace(organizationId);
    });
    after(() => opened[Symbol.asyncDispose]());

    it('are shut to roles of the same name elsewhere, in the organization or outside, and to those with a longer one', async () => {
      for (const name of FUNCTIONS) {
        for (const session of [
          opened.somebody(`reseal-hub-${name}`, STRANGER),
          opened.somebody(`reseal-hub-${name}`, OTHER),
          opened.somebody(`reseal-hub-${name}`, MEMBER.account),
          opened.somebody(`reseal-hub-${name}-2`),
          opened.somebody(`reseal-${name}`, STRANGER),
        ])
          assert.equal(await opened.isLetIn(session, name), false, `${session.caller.arn} as ${name}`);
      }
    });

    it("are shut to the member's own administrators, and those of Batch and of the rule to everybody", async () => {
      const own = opened.somebody('Admin', MEMBER.account);
      for (const name of FUNCTIONS) assert.equal(await opened.isLetIn(own, name), false, name);
      for (const session of [own, opened.somebody('reseal-hub-assess-bucket'), stolen(opened, 'assess-bucket')])
        for (const name of ['batch', 'copy-batch', 'forward'])
          assert.equal(await opened.isLetIn(session, name), false, `${session.caller.arn} as ${name}`);
    });

    it('let in to read whom OperatorRoleArns names, and nobody else', async () => {
      assert.equal(await opened.isLetIn(opened.somebody('teams/storage/operator'), 'reader'), true);
      assert.equal(await opened.isLetIn(opened.somebody('teams/storage/operators'), 'reader'), true);
      for (const session of [
        opened.somebody('teams/auditor'),
        opened.somebody('teams/storage/operator2'),
        opened.somebody('teams/storage/operator', STRANGER),
        opened.somebody('teams/storage/operator', MEMBER.account),
        opened.somebody('reseal-hub-assess-bucket'),
      ])
        assert.equal(await opened.isLetIn(session, 'reader'), false, session.caller.arn);
    });

    it('stay shut to what has left the organization, where there is one', async () => {
      const hub = opened.somebody('reseal-hub-sweep');
      const operator = opened.somebody('teams/storage/operator');
      opened.stack.aws.organization.removeAccount(ACCOUNT);
      const isOpen = organizationId === '';
      assert.deepEqual(
        [await opened.isLetIn(hub, 'sweep'), await opened.isLetIn(operator, 'reader')],
        [isOpen, isOpen],
      );
      opened.stack.aws.organization.inviteAccount(ACCOUNT);
      assert.equal(await opened.isLetIn(hub, 'sweep'), true);
    });
  });
}

describe('whoever has a session of a role in a member', () => {
  let opened: Opened;
  let other: Member;
  before(async () => {
    opened = await openPlace(ORGANIZATION);
    const parameters = { OrganizationId: ORGANIZATION };
    other = await joinMember(opened.stack.aws, { account: OTHER, region: MEMBER.region, parameters });
    await makeBucket(opened.member.clients.s3, 'theirs', MEMBER.region as 'us-east-2');
    await makeBucket(other.clients.s3, 'others', MEMBER.region as 'us-east-2');
    const Resource = ['arn:aws:s3:::others', 'arn:aws:s3:::others/*'];
    const Statement = [{ Effect: 'Allow', Principal: { AWS: MEMBER.account }, Action: 's3:*', Resource }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await other.clients.s3.send(new PutBucketPolicyCommand({ Bucket: 'others', Policy }));
    await opened.stack.atRest();
  });
  after(async () => {
    await other[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  });

  for (const name of FUNCTIONS) {
    it(`comes neither into another member nor back into the hub (${name})`, async () => {
      const session = stolen(opened, name);
      for (const role of [...FUNCTIONS, 'reader', 'batch']) {
        const arn = `arn:aws:iam::${OTHER}:role/reseal-${role}`;
        await assert.rejects(opened.enter(session, arn), { name: 'AccessDenied' }, role);
      }
      const { stack } = opened;
      await opened.as(
        session,
        async ({ dynamoDb, sqs, eventBridge }) => {
          const Key = { pk: { S: 'POLICY' }, sk: { S: 'PIN' } };
          const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${stack.named('LedgerTable')}`;
          await assert.rejects(dynamoDb.send(new GetItemCommand({ TableName: table, Key })), NOT_ALLOWED);
          const message = { QueueUrl: stack.named('SweepQueue'), MessageBody: '{}' };
          await assert.rejects(sqs.send(new SendMessageCommand(message)), NOT_ALLOWED);
          const bus = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/reseal`;
          const entry = { EventBusName: bus, Source: 'mine', DetailType: 'any', Detail: '{}' };
          await assert.rejects(eventBridge.send(new PutEventsCommand({ Entries: [entry] })), NOT_ALLOWED);
        },
        REGION,
      );
    });
  }

  it('reaches no bucket of another account that lets the account in', async () => {
    const session = stolen(opened, 'assess-bucket');
    await opened.as(session, async ({ s3 }) => {
      await s3.send(new GetBucketEncryptionCommand({ Bucket: 'theirs' }));
      await assert.rejects(s3.send(new GetBucketEncryptionCommand({ Bucket: 'others' })), { name: 'AccessDenied' });
    });
  });

  it('puts nothing on the bus of the hub as anybody but the role that forwards', async () => {
    const EventBusName = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/reseal`;
    const put = (session: Session) =>
      opened.as(session, ({ eventBridge }) => {
        const entry = { EventBusName, Source: 'mine', DetailType: 'any', Detail: '{}' };
        return eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
      });
    for (const session of [
      opened.somebody('Admin', MEMBER.account),
      opened.somebody('reseal-forwarder', MEMBER.account),
      opened.somebody('reseal-forward', STRANGER),
    ])
      await assert.rejects(put(session), (error: Error) => /not authorized/.test(error.message), session.caller.arn);
  });

  it('changes nothing as reseal-reader, and explains a bucket with it without a fact that it may not read', async () => {
    const reader = opened.stack.aws.world.identity.startSession(
      `arn:aws:iam::${MEMBER.account}:role/reseal-reader`,
      's',
      opened.somebody('teams/storage/operator').caller,
    );
    await opened.as(reader, async ({ s3 }) => {
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] as const;
      const put = { Bucket: 'theirs', ServerSideEncryptionConfiguration: { Rules: [...Rules] } };
      await assert.rejects(s3.send(new PutBucketEncryptionCommand(put)), { name: 'AccessDenied' });
    });
    const { accessKeyId, secretAccessKey, sessionToken } = reader;
    const env = {
      AWS_ENDPOINT_URL: opened.stack.aws.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    const place = ['--account', MEMBER.account, '--region', MEMBER.region];
    const policy = ['--policy', `${ROOT}/reseal.yaml`];
    const explained = await runCli(['policy', 'explain', 'theirs', ...policy, ...place, '--json'], env);
    assert.deepEqual([explained.status, explained.stderr], [0, '']);
    const { verdict } = JSON.parse(explained.stdout);
    assert.equal(verdict, 'compliant');
    assert.doesNotMatch(explained.stdout, /AccessDenied|not authorized/);
  });
});

test('without OperatorRoleArns nobody is let in to read, because there is no such role', async () => {
  await using stack = await deployStack();
  assert.equal(stack.aws.world.identity.role(`arn:aws:iam::${ACCOUNT}:role/reseal-reader`), undefined);
});
