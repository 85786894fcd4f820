import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { notEmulated } from '../errors.ts';
import { physicalName } from './physical-name.ts';
import { type Created, flag, ignored, maker, number, type Place } from './resource.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.string() }));
const projection = z.strictObject({
  ProjectionType: z.string().optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const throughput = z.strictObject({ ReadCapacityUnits: number, WriteCapacityUnits: number }).optional();

const tableProperties = z.strictObject({
  TableName: z.string().optional(),
  BillingMode: z.string().optional(),
  ProvisionedThroughput: throughput,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: projection,
        ProvisionedThroughput: throughput,
      }),
    )
    .optional(),
  StreamSpecification: z.strictObject({ StreamViewType: z.string() }).optional(),
  SSESpecification: z
    .strictObject({ SSEEnabled: flag, SSEType: z.string().optional(), KMSMasterKeyId: z.string().optional() })
    .optional(),
  // What keeps data at rest safe has no meaning in memory.
  PointInTimeRecoverySpecification: ignored,
  // AWS deletes within days what has expired; nothing here lives so long.
  TimeToLiveSpecification: ignored,
  DeletionProtectionEnabled: flag.default(false),
  Tags: ignored,
});

export const makeTable = maker(
  'AWS::DynamoDB::Table',
  tableProperties,
  createTable,
  async (_logicalId, properties, place, before) => {
    const kept = (one: TableProperties): string =>
      JSON.stringify({ ...one, DeletionProtectionEnabled: undefined, ...IGNORED });
    const { ref: TableName } = before.created;
    if (kept(properties) !== kept(before.properties)) throw notEmulated(`An update of the table ${TableName}`);
    const { DeletionProtectionEnabled } = properties;
    await place.tables.invoke('UpdateTable', { TableName, DeletionProtectionEnabled }, place);
    return before.created;
  },
);

type TableProperties = z.infer<typeof tableProperties>;

/** What is in a template for the real tables only. */
const IGNORED = { PointInTimeRecoverySpecification: undefined, TimeToLiveSpecification: undefined, Tags: undefined };

async function createTable(logicalId: string, properties: TableProperties, place: Place): Promise<Created> {
  const { account, region, tables } = place;
  const {
    TableName = physicalName(logicalId, place, 255),
    BillingMode,
    ProvisionedThroughput,
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes,
    StreamSpecification: stream,
    SSESpecification: encryption,
    DeletionProtectionEnabled,
  } = properties;
  const input = {
    TableName,
    BillingMode,
    ProvisionedThroughput,
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes,
    ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, ...stream } }),
    ...(encryption === undefined ? {} : { SSESpecification: sseSpecification(encryption) }),
    DeletionProtectionEnabled,
  };
  await tables.invoke('CreateTable', input, { account, region });
  return findTable(TableName, place);
}

/** The table of that name, once it is there. */
export async function findTable(TableName: string, place: Place): Promise<Created> {
  const { account, region, tables } = place;
  let table = await describeTable(place, TableName);
  while (table.TableStatus !== 'ACTIVE') {
    await turn();
    table = await describeTable(place, TableName);
  }
  const { LatestStreamArn: streamArn } = table;
  return {
    ref: TableName,
    attributes: {
      Arn: `arn:aws:dynamodb:${region}:${account}:table/${TableName}`,
      ...(streamArn === undefined ? {} : { StreamArn: streamArn }),
    },
    remove: async () => void (await tables.invoke('DeleteTable', { TableName }, { account, region })),
  };
}

/** CloudFormation says SSEEnabled where the API says Enabled. */
function sseSpecification({ SSEEnabled: Enabled, ...rest }: { SSEEnabled: boolean }): object {
  return { Enabled, ...rest };
}

const described = z.object({ Table: z.object({ TableStatus: z.string(), LatestStreamArn: z.string().optional() }) });

async function describeTable({ account, region, tables }: Place, TableName: string) {
  return described.parse(await tables.invoke('DescribeTable', { TableName }, { account, region })).Table;
}
