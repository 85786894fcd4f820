import { reachableSources } from './reachable-sources.ts';

/** What IAM asks for when the SDK sends a command. A new one gets its line here, its permission in infra/roles and its row in docs/permissions.md. */
const ACTIONS: Record<string, string[]> = {
  BatchImportFindingsCommand: ['securityhub:BatchImportFindings'],
  // CreateJob hands the Batch role to S3.
  CreateJobCommand: ['s3:CreateJob', 'iam:PassRole'],
  DescribeJobCommand: ['s3:DescribeJob'],
  DescribeKeyCommand: ['kms:DescribeKey'],
  GetBucketEncryptionCommand: ['s3:GetEncryptionConfiguration'],
  GetBucketOwnershipControlsCommand: ['s3:GetBucketOwnershipControls'],
  GetBucketWebsiteCommand: ['s3:GetBucketWebsite'],
  GetItemCommand: ['dynamodb:GetItem'],
  GetObjectCommand: ['s3:GetObject'],
  GetObjectLockConfigurationCommand: ['s3:GetBucketObjectLockConfiguration'],
  GetQueueUrlCommand: ['sqs:GetQueueUrl'],
  ListBucketsCommand: ['s3:ListAllMyBuckets'],
  ListDirectoryBucketsCommand: ['s3express:ListAllMyDirectoryBuckets'],
  ListObjectsV2Command: ['s3:ListBucket'],
  PutBucketEncryptionCommand: ['s3:PutEncryptionConfiguration'],
  PublishCommand: ['sns:Publish'],
  PutEventsCommand: ['events:PutEvents'],
  PutItemCommand: ['dynamodb:PutItem'],
  PutObjectCommand: ['s3:PutObject'],
  QueryCommand: ['dynamodb:Query'],
  SendMessageBatchCommand: ['sqs:SendMessage'],
  SendMessageCommand: ['sqs:SendMessage'],
  UpdateItemCommand: ['dynamodb:UpdateItem'],
};

/** A read of one version (VersionId) is another action, and this file does nothing else. */
const READS_VERSIONS = 'src/aws/policy-object.ts';

/** The SDK commands in one file's code. */
export function commandsIn(source: string): string[] {
  return [...source.matchAll(/\bnew\s+(\w+Command)\(/g)].map(([, command = '']) => command);
}

/** The commands that have no line in the table above. */
export function unknownCommands(source: string): string[] {
  return commandsIn(source).filter((command) => ACTIONS[command] === undefined);
}

/** The actions that the code of a function needs: of every command in the files that run with it. */
export function actionsOf(functionName: string): string[] {
  return [...reachableSources(`functions/${functionName}.ts`)].flatMap(([file, source]) =>
    commandsIn(source).flatMap((command) =>
      file === READS_VERSIONS && command === 'GetObjectCommand' ? ['s3:GetObjectVersion'] : (ACTIONS[command] ?? []),
    ),
  );
}
