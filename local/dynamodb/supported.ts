import { notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';

const CONDITIONS = [
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'Expected',
  'ConditionalOperator',
];
const WRITE = [
  'TableName',
  'ReturnValues',
  'ReturnConsumedCapacity',
  'ReturnItemCollectionMetrics',
  'ReturnValuesOnConditionCheckFailure',
  ...CONDITIONS,
];
const READ = [
  'TableName',
  'ConsistentRead',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'AttributesToGet',
  'ReturnConsumedCapacity',
];
const PAGE = [
  ...READ,
  'IndexName',
  'Select',
  'Limit',
  'ExclusiveStartKey',
  'FilterExpression',
  'ExpressionAttributeValues',
  'ConditionalOperator',
];

/**
 * Operations and members that dynalite 4.0.0 acts on. It ignores members that it does not know, so everything else is refused here by
 * name. ReturnValuesOnConditionCheckFailure, TransactWriteItems and streams are done around it, as are a table's key and its
 * protection against deletion, which is all that UpdateTable changes.
 */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  GetItem: [...READ, 'Key'],
  PutItem: [...WRITE, 'Item'],
  UpdateItem: [...WRITE, 'Key', 'UpdateExpression', 'AttributeUpdates'],
  DeleteItem: [...WRITE, 'Key'],
  Query: [...PAGE, 'KeyConditionExpression', 'KeyConditions', 'QueryFilter', 'ScanIndexForward'],
  Scan: [...PAGE, 'Segment', 'TotalSegments', 'ScanFilter'],
  BatchGetItem: ['RequestItems', 'ReturnConsumedCapacity'],
  BatchWriteItem: ['RequestItems', 'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'],
  TransactWriteItems: ['TransactItems', 'ClientRequestToken'],
  CreateTable: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'BillingMode',
    'ProvisionedThroughput',
    'LocalSecondaryIndexes',
    'GlobalSecondaryIndexes',
    'StreamSpecification',
    'SSESpecification',
    'DeletionProtectionEnabled',
  ],
  UpdateTable: ['TableName', 'DeletionProtectionEnabled'],
  DeleteTable: ['TableName'],
  DescribeTable: ['TableName'],
  ListTables: ['ExclusiveStartTableName', 'Limit'],
};

const INDEX_MEMBERS = ['IndexName', 'KeySchema', 'Projection', 'ProvisionedThroughput'];

/** Throws 501 naming the operation or the member that is not emulated. */
export function checkSupported(operation: string, input: Readonly<Record<string, unknown>>): void {
  const members = entryOf(SUPPORTED, operation);
  if (!members) {
    throw notEmulated(`dynamodb ${operation}`);
  }
  refuseUnknown(`dynamodb ${operation}`, input, members);
  for (const list of ['LocalSecondaryIndexes', 'GlobalSecondaryIndexes']) {
    const indexes = input[list];
    for (const index of Array.isArray(indexes) ? indexes : []) {
      refuseUnknown(`dynamodb ${operation} ${list}`, index, INDEX_MEMBERS);
    }
  }
}

function refuseUnknown(what: string, value: object, members: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !members.includes(name));
  if (unknown !== undefined) {
    throw notEmulated(`The member ${unknown} of ${what}`);
  }
}
