import { reachableSources } from './reachable-sources.ts';

/** What IAM asks for when the SDK sends a command. A new one gets its line here, its permission in infra/roles and its row in docs/permissions.md. */
const ACTIONS: Record<string, string[]> = {
  BatchImportFindingsCommand: ['securityhub:BatchImportFindings'],
  AssumeRoleCommand: ['sts:AssumeRole'],
  BatchGetItemCommand: ['dynamodb:BatchGetItem'],
  ChangeMessageVisibilityCommand: ['sqs:ChangeMessageVisibility'],
  CompleteMultipartUploadCommand: ['s3:PutObject'],
  // Tags, grants and annotations of the object each ask for rights of their own.
  CopyObjectCommand: [
    's3:GetObject',
    's3:GetObjectAnnotation',
    's3:GetObjectTagging',
    's3:PutObject',
    's3:PutObjectAcl',
    's3:PutObjectAnnotation',
    's3:PutObjectTagging',
    'kms:Decrypt',
    'kms:GenerateDataKey',
  ],
  // CreateJob hands the Batch role to S3.
  CreateJobCommand: ['s3:CreateJob', 'iam:PassRole'],
  CreateMultipartUploadCommand: [
    's3:PutObject',
    's3:PutObjectAcl',
    's3:PutObjectTagging',
    'kms:Decrypt',
    'kms:GenerateDataKey',
  ],
  DeleteMessageCommand: ['sqs:DeleteMessage'],
  DescribeAccountCommand: ['organizations:DescribeAccount'],
  DescribeOrganizationCommand: ['organizations:DescribeOrganization'],
  ListParentsCommand: ['organizations:ListParents'],
  ListRegionsCommand: ['account:ListRegions'],
  DescribeRuleCommand: ['events:DescribeRule'],
  DescribeJobCommand: ['s3:DescribeJob'],
  DescribeKeyCommand: ['kms:DescribeKey'],
  DescribeStacksCommand: ['cloudformation:DescribeStacks'],
  GetAccessPointPolicyCommand: ['s3:GetAccessPointPolicy'],
  GetBucketAclCommand: ['s3:GetBucketAcl'],
  // Directory buckets ask for actions of their own.
  GetBucketEncryptionCommand: ['s3:GetEncryptionConfiguration', 's3express:GetEncryptionConfiguration'],
  GetBucketLoggingCommand: ['s3:GetBucketLogging'],
  GetBucketOwnershipControlsCommand: ['s3:GetBucketOwnershipControls'],
  GetBucketPolicyCommand: ['s3:GetBucketPolicy', 's3express:GetBucketPolicy'],
  GetBucketReplicationCommand: ['s3:GetReplicationConfiguration'],
  GetBucketTaggingCommand: ['s3:GetBucketTagging'],
  GetBucketWebsiteCommand: ['s3:GetBucketWebsite'],
  // Nobody needs a permission to ask who he is.
  GetCallerIdentityCommand: [],
  GetBucketVersioningCommand: ['s3:GetBucketVersioning'],
  GetMetricDataCommand: ['cloudwatch:GetMetricData'],
  GetRoleCommand: ['iam:GetRole'],
  ListMetricsCommand: ['cloudwatch:ListMetrics'],
  ListObjectAnnotationsCommand: ['s3:ListObjectAnnotations'],
  ListPartsCommand: ['s3:ListMultipartUploadParts'],
  ListObjectVersionsCommand: ['s3:ListBucketVersions'],
  GetItemCommand: ['dynamodb:GetItem'],
  GetKeyPolicyCommand: ['kms:GetKeyPolicy'],
  GetObjectAclCommand: ['s3:GetObjectAcl'],
  GetObjectAttributesCommand: ['s3:GetObject', 's3:GetObjectAttributes'],
  GetObjectTaggingCommand: ['s3:GetObjectTagging'],
  GetObjectCommand: ['s3:GetObject'],
  GetTableBucketCommand: ['s3tables:GetTableBucket'],
  GetTableBucketEncryptionCommand: ['s3tables:GetTableBucketEncryption'],
  GetVectorBucketCommand: ['s3vectors:GetVectorBucket'],
  GetObjectLockConfigurationCommand: ['s3:GetBucketObjectLockConfiguration'],
  GetQueueAttributesCommand: ['sqs:GetQueueAttributes'],
  HeadBucketCommand: ['s3:ListBucket'],
  // Who may not list is told that an object which is gone is denied.
  HeadObjectCommand: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
  InvokeCommand: ['lambda:InvokeFunction'],
  ListAccessPointsCommand: ['s3:ListAccessPoints'],
  ListAccountsCommand: ['organizations:ListAccounts'],
  ListBucketsCommand: ['s3:ListAllMyBuckets'],
  ListDirectoryBucketsCommand: ['s3express:ListAllMyDirectoryBuckets'],
  ListTableBucketsCommand: ['s3tables:ListTableBuckets'],
  ListTablesCommand: ['s3tables:ListTables'],
  // Table buckets and vector buckets have a call of the same name each.
  ListTagsForResourceCommand: ['s3tables:ListTagsForResource', 's3vectors:ListTagsForResource'],
  ListVectorBucketsCommand: ['s3vectors:ListVectorBuckets'],
  ListObjectsV2Command: ['s3:ListBucket'],
  ListStackResourcesCommand: ['cloudformation:ListStackResources'],
  // S3 Express proves the key with the caller's own rights on it.
  PutBucketEncryptionCommand: [
    's3:PutEncryptionConfiguration',
    's3express:PutEncryptionConfiguration',
    'kms:GenerateDataKey',
    'kms:Decrypt',
  ],
  PublishCommand: ['sns:Publish'],
  PutEventsCommand: ['events:PutEvents'],
  PutTableBucketEncryptionCommand: ['s3tables:PutTableBucketEncryption'],
  PutItemCommand: ['dynamodb:PutItem'],
  PutObjectCommand: ['s3:PutObject'],
  QueryCommand: ['dynamodb:Query'],
  ReceiveMessageCommand: ['sqs:ReceiveMessage'],
  RestoreObjectCommand: ['s3:RestoreObject'],
  ScanCommand: ['dynamodb:Scan'],
  SendMessageBatchCommand: ['sqs:SendMessage'],
  SendMessageCommand: ['sqs:SendMessage'],
  // Every item of a transaction asks for the action that it would ask for alone: here all are updates.
  TransactWriteItemsCommand: ['dynamodb:UpdateItem'],
  UpdateItemCommand: ['dynamodb:UpdateItem'],
  UploadCommand: ['s3:PutObject', 's3:AbortMultipartUpload'],
  AbortMultipartUploadCommand: ['s3:AbortMultipartUpload'],
  ListMultipartUploadsCommand: ['s3:ListBucketMultipartUploads'],
  UpdateObjectEncryptionCommand: [
    's3:UpdateObjectEncryption',
    'kms:Decrypt',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  // The only part of a copy with bytes of its own is an empty one.
  UploadPartCommand: ['s3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'],
  UploadPartCopyCommand: ['s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'],
  UpdateJobStatusCommand: ['s3:UpdateJobStatus'],
};

/** What a command asks for in one file. */
const IN_FILE: Record<string, Record<string, string[]>> = {
  // A read of one version (VersionId) is another action, and of an object this file reads nothing else.
  'src/aws/published-policy/pinned-policy.ts': { GetObjectCommand: ['s3:GetObjectVersion'] },
  // S3 leaves a lock out of the headers for whoever may not read it, and what is locked is not copied.
  'src/aws/object/source-head.ts': {
    HeadObjectCommand: ['s3:GetObject', 's3:GetObjectLegalHold', 's3:GetObjectRetention'],
  },
};

/** The SDK commands in one file's code, also those that the SDK's paginators and its uploads send. */
function commandsIn(source: string): string[] {
  const sent = [...source.matchAll(/\b(?:new\s+(\w+)Command|paginate(\w+)|new\s+(Upload))\(/g)];
  return sent.map(([, one, paged, upload]) => `${one ?? paged ?? upload}Command`);
}

/** The commands that have no line in the table above. */
export function unknownCommands(source: string): string[] {
  return commandsIn(source).filter((command) => ACTIONS[command] === undefined);
}

/** The actions that the code of a function needs: of every command in the files that run with it. */
export function actionsOf(functionName: string): string[] {
  return actionsFrom(`functions/${functionName}.ts`);
}

/** The same of every file that runs where `entry` does. */
export function actionsFrom(entry: string): string[] {
  return [...reachableSources(entry)].flatMap(([file, source]) =>
    commandsIn(source).flatMap((command) => IN_FILE[file]?.[command] ?? ACTIONS[command] ?? []),
  );
}
