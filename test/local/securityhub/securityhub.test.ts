import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BatchImportFindingsCommand,
  DescribeHubCommand,
  DisableSecurityHubCommand,
  EnableSecurityHubCommand,
  GetFindingsCommand,
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
} from '@aws-sdk/client-securityhub';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';

const PRODUCT = 'arn:aws:securityhub:eu-west-1:111111111111:product/111111111111/default';
const HUB = 'arn:aws:securityhub:eu-west-1:111111111111:hub/default';

const finding = (changes: Partial<AwsSecurityFinding> = {}): AwsSecurityFinding => ({
  SchemaVersion: '2018-10-08',
  Id: 'reseal/b',
  ProductArn: PRODUCT,
  GeneratorId: 'reseal',
  AwsAccountId: '111111111111',
  CreatedAt: '2026-11-22T00:00:00.000Z',
  UpdatedAt: '2026-11-22T00:00:00.000Z',
  Title: 'Bucket b is held',
  Description: 'Its replication rule r leaves SSE-KMS objects out.',
  Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::b' }],
  FindingProviderFields: { Severity: { Label: 'MEDIUM' }, Types: ['Software and Configuration Checks'] },
  ...changes,
});

async function openHub({ isEnabled = true } = {}) {
  const aws = await startLocal({ now: () => new Date('2026-11-22T01:02:03.456Z') });
  const clients = createClients(aws);
  const { securityHub } = clients;
  if (isEnabled) await securityHub.send(new EnableSecurityHubCommand({ EnableDefaultStandards: false }));
  return {
    aws,
    securityHub,
    import: async (...Findings: AwsSecurityFinding[]) => {
      const { $metadata: _metadata, ...answer } = await securityHub.send(new BatchImportFindingsCommand({ Findings }));
      return answer;
    },
    get: async (Filters: AwsSecurityFindingFilters = {}) =>
      (await securityHub.send(new GetFindingsCommand({ Filters }))).Findings ?? [],
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

describe('Security Hub', () => {
  test('is off until it is enabled, for each account and Region by itself', async () => {
    await using open = await openHub({ isEnabled: false });
    const off = {
      name: 'InvalidAccessException',
      message: 'Account 111111111111 is not subscribed to AWS Security Hub',
    };
    for (const refused of [
      () => open.import(finding()),
      () => open.get(),
      () => open.securityHub.send(new DescribeHubCommand()),
      () => open.securityHub.send(new DisableSecurityHubCommand()),
    ]) {
      await assert.rejects(refused, (error: { $metadata?: { httpStatusCode?: number } }) => {
        assert.deepEqual({ name: Object(error).name, message: Object(error).message }, off);
        assert.equal(error.$metadata?.httpStatusCode, 401);
        return true;
      });
    }
    await open.securityHub.send(new EnableSecurityHubCommand({ EnableDefaultStandards: false }));
    await assert.rejects(open.securityHub.send(new EnableSecurityHubCommand({ EnableDefaultStandards: false })), {
      name: 'ResourceConflictException',
    });
    const { HubArn, SubscribedAt } = await open.securityHub.send(new DescribeHubCommand());
    assert.deepEqual([HubArn, SubscribedAt], [HUB, '2026-11-22T01:02:03.456Z']);
    await using elsewhere = createClients(open.aws, { region: 'eu-west-2' });
    await assert.rejects(elsewhere.securityHub.send(new DescribeHubCommand()), { name: 'InvalidAccessException' });
    await open.securityHub.send(new DisableSecurityHubCommand());
    await assert.rejects(open.get(), { name: 'InvalidAccessException' });
  });

  test('keeps a finding with what it adds itself', async () => {
    await using open = await openHub();
    assert.deepEqual(await open.import(finding()), { FailedCount: 0, SuccessCount: 1, FailedFindings: [] });
    assert.deepEqual(await open.get(), [
      {
        ...finding(),
        Severity: { Label: 'MEDIUM', Normalized: 40 },
        Types: ['Software and Configuration Checks'],
        RecordState: 'ACTIVE',
        Workflow: { Status: 'NEW' },
        WorkflowState: 'NEW',
        ProductName: 'Default',
        CompanyName: 'Personal',
        Region: 'eu-west-1',
        ProcessedAt: '2026-11-22T01:02:03.456Z',
      },
    ]);
  });

  test('takes an update only where it is newer, and leaves what customers work with', async () => {
    await using open = await openHub();
    await open.import(finding({ Workflow: { Status: 'RESOLVED' }, UserDefinedFields: { owner: 'ops' } }));
    const stale = finding({ Title: 'stale' });
    assert.deepEqual(await open.import(stale), { FailedCount: 0, SuccessCount: 1, FailedFindings: [] });
    assert.deepEqual(
      (await open.get()).map(({ Title }) => Title),
      ['Bucket b is held'],
    );
    await open.import(
      finding({
        Title: 'newer',
        CreatedAt: '2026-11-23T00:00:00.000Z',
        UpdatedAt: '2026-11-23T00:00:00.000Z',
        Workflow: { Status: 'SUPPRESSED' },
        UserDefinedFields: { owner: 'others' },
        Note: { Text: 'note', UpdatedBy: 'us', UpdatedAt: '2026-11-23T00:00:00.000Z' },
        RecordState: 'ARCHIVED',
      }),
    );
    const [found] = await open.get();
    const { Title, CreatedAt, UpdatedAt, Workflow, UserDefinedFields, Note, RecordState } = found ?? {};
    assert.deepEqual(
      { Title, CreatedAt, UpdatedAt, Workflow, UserDefinedFields, Note, RecordState },
      {
        Title: 'newer',
        CreatedAt: '2026-11-22T00:00:00.000Z',
        UpdatedAt: '2026-11-23T00:00:00.000Z',
        Workflow: { Status: 'RESOLVED' },
        UserDefinedFields: { owner: 'ops' },
        Note: undefined,
        RecordState: 'ARCHIVED',
      },
    );
  });

  test('opens a resolved finding again that comes back', async () => {
    await using open = await openHub();
    await open.import(finding({ Workflow: { Status: 'RESOLVED' }, RecordState: 'ARCHIVED' }));
    await open.import(finding({ UpdatedAt: '2026-11-23T00:00:00.000Z', RecordState: 'ACTIVE' }));
    assert.deepEqual(
      (await open.get()).map(({ Workflow }) => Workflow),
      [{ Status: 'NEW' }],
    );
  });

  test('fails what is not in its format, each finding by itself', async () => {
    await using open = await openHub();
    const { FindingProviderFields: _fields, ...bare } = finding({ Id: 'bare' });
    const wrong: [AwsSecurityFinding, RegExp][] = [
      [bare, /FindingProviderFields/],
      [finding({ Id: 'untitled', Title: undefined }), /data\.Title/],
      [finding({ Id: 'long', Description: 'x'.repeat(1025) }), /data\.Description/],
      [finding({ Id: 'undated', UpdatedAt: 'yesterday' }), /data\.UpdatedAt/],
      [finding({ Id: 'nowhere', Resources: [] }), /data\.Resources/],
      [
        finding({ Id: 'labelled', FindingProviderFields: { Severity: { Original: 'bad' }, Types: ['a/b/c/d'] } }),
        /Types/,
      ],
      [finding({ Id: 'huge', ProductFields: { x: 'x'.repeat(250_000) } }), /240 KB/],
    ];
    const answer = await open.import(finding(), ...wrong.map(([one]) => one));
    assert.deepEqual([answer.SuccessCount, answer.FailedCount], [1, wrong.length]);
    assert.deepEqual(
      answer.FailedFindings?.map(({ Id, ErrorCode }) => [Id, ErrorCode]),
      wrong.map(([{ Id }]) => [Id, 'InvalidInput']),
    );
    answer.FailedFindings?.forEach(({ ErrorMessage = '' }, index) =>
      assert.match(ErrorMessage, wrong[index]?.[1] ?? /^$/),
    );
  });

  for (const [what, findings, name] of [
    ['no finding', [], 'InvalidInputException'],
    [
      '101 findings',
      Array.from({ length: 101 }, (_, index) => finding({ Id: String(index) })),
      'InvalidInputException',
    ],
    [
      'a finding of another product',
      [finding({ ProductArn: PRODUCT.replace('default', 'other') })],
      'InvalidInputException',
    ],
    ['a finding of another account', [finding({ AwsAccountId: '222222222222' })], 'InvalidAccessException'],
  ] as const) {
    test(`refuses ${what}`, async () => {
      await using open = await openHub();
      await assert.rejects(open.import(...findings), { name });
      assert.deepEqual(await open.get(), []);
    });
  }

  test('finds by id, resource and state, page by page', async () => {
    await using open = await openHub();
    await open.import(
      finding({ Id: 'a' }),
      finding({ Id: 'b', RecordState: 'ARCHIVED' }),
      finding({ Id: 'c', Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::c' }] }),
    );
    const ids = async (filters: AwsSecurityFindingFilters) => (await open.get(filters)).map(({ Id }) => Id);
    assert.deepEqual(await ids({ Id: ['a', 'c'].map((Value) => ({ Value, Comparison: 'EQUALS' })) }), ['a', 'c']);
    assert.deepEqual(await ids({ ResourceId: [{ Value: 'arn:aws:s3:::b', Comparison: 'EQUALS' }] }), ['a', 'b']);
    assert.deepEqual(
      await ids({
        ResourceId: [{ Value: 'arn:aws:s3:::', Comparison: 'PREFIX' }],
        RecordState: [{ Value: 'ARCHIVED', Comparison: 'NOT_EQUALS' }],
      }),
      ['a', 'c'],
    );
    const first = await open.securityHub.send(new GetFindingsCommand({ MaxResults: 2 }));
    const { NextToken } = first;
    const second = await open.securityHub.send(new GetFindingsCommand({ MaxResults: 2, NextToken }));
    assert.deepEqual(
      [first, second].map(({ Findings }) => Findings?.map(({ Id }) => Id)),
      [['a', 'b'], ['c']],
    );
    assert.equal(second.NextToken, undefined);
    await assert.rejects(open.get({ Keyword: [{ Value: 'b' }] }), {
      name: 'NotImplemented',
      message: /filter Keyword/,
    });
    await assert.rejects(open.get({ Title: [{ Value: 'b', Comparison: 'CONTAINS' }] }), {
      name: 'NotImplemented',
      message: /CONTAINS/,
    });
  });

  test('needs securityhub:BatchImportFindings on the product', async () => {
    await using open = await openHub();
    const credentials = sessionThatMay(open.aws, { actions: ['securityhub:BatchImportFindings'], resource: PRODUCT });
    await using limited = createClients(open.aws, { credentials });
    await limited.securityHub.send(new BatchImportFindingsCommand({ Findings: [finding()] }));
    await assert.rejects(limited.securityHub.send(new GetFindingsCommand()), {
      name: 'AccessDeniedException',
      message: new RegExp(`securityhub:GetFindings on resource: ${HUB}`),
    });
  });
});
