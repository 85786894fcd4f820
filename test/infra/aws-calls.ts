/** One SDK command of src/aws: the action that IAM asks for, and how the product's code calls it. */
export interface AwsCall {
  file: string;
  command: string;
  action: string;
  /** Fragments of code; one of them in a file that a function runs means that the function makes this call. */
  calledAs: string[];
}

const LEDGER_WRITES = ['recordCompliant', 'record', 'claim', 'finish', 'release'].map((verb) => `deps.ledger.${verb}(`);

/** Every command that src/aws sends. A new one gets its line here, its permission in infra/roles and its row in docs/permissions.md. */
export const AWS_CALLS: AwsCall[] = [
  {
    file: 'batch-jobs.ts',
    command: 'CreateJobCommand',
    action: 's3:CreateJob',
    calledAs: ['deps.batch.start('],
  },
  {
    file: 'batch-jobs.ts',
    command: 'DescribeJobCommand',
    action: 's3:DescribeJob',
    calledAs: ['deps.batch.describe('],
  },
  {
    file: 'buckets.ts',
    command: 'GetBucketEncryptionCommand',
    action: 's3:GetEncryptionConfiguration',
    calledAs: ['deps.buckets.readEncryption('],
  },
  {
    file: 'buckets.ts',
    command: 'PutBucketEncryptionCommand',
    action: 's3:PutEncryptionConfiguration',
    calledAs: ['deps.buckets.writeEncryption('],
  },
  {
    file: 'buckets.ts',
    command: 'ListBucketsCommand',
    action: 's3:ListAllMyBuckets',
    calledAs: ['deps.buckets.findOwn(', 'deps.buckets.list('],
  },
  {
    file: 'buckets.ts',
    command: 'ListObjectsV2Command',
    action: 's3:ListBucket',
    calledAs: ['deps.buckets.listPage('],
  },
  {
    file: 'copy-conditions.ts',
    command: 'GetBucketOwnershipControlsCommand',
    action: 's3:GetBucketOwnershipControls',
    calledAs: ['deps.copyConditions('],
  },
  {
    file: 'copy-conditions.ts',
    command: 'GetBucketWebsiteCommand',
    action: 's3:GetBucketWebsite',
    calledAs: ['deps.copyConditions('],
  },
  {
    file: 'copy-conditions.ts',
    command: 'GetObjectLockConfigurationCommand',
    action: 's3:GetBucketObjectLockConfiguration',
    calledAs: ['deps.copyConditions('],
  },
  {
    file: 'directory-buckets.ts',
    command: 'ListDirectoryBucketsCommand',
    action: 's3express:ListAllMyDirectoryBuckets',
    calledAs: ['deps.directoryBuckets.list('],
  },
  {
    file: 'job-ledger.ts',
    command: 'QueryCommand',
    action: 'dynamodb:Query',
    calledAs: ['deps.jobLedger.listOpen('],
  },
  {
    file: 'job-report.ts',
    command: 'GetObjectCommand',
    action: 's3:GetObject',
    calledAs: ['deps.reports.readFailures('],
  },
  {
    file: 'keys.ts',
    command: 'DescribeKeyCommand',
    action: 'kms:DescribeKey',
    calledAs: ['deps.keys.read('],
  },
  {
    file: 'ledger-update.ts',
    command: 'UpdateItemCommand',
    action: 'dynamodb:UpdateItem',
    calledAs: [...LEDGER_WRITES, 'deps.jobLedger.open(', 'deps.jobLedger.close(', 'publication.pin('],
  },
  {
    file: 'ledger.ts',
    command: 'GetItemCommand',
    action: 'dynamodb:GetItem',
    calledAs: ['ledger.policyPin('],
  },
  {
    // The action for a read of one version (VersionId), which is all that this file does.
    file: 'policy-object.ts',
    command: 'GetObjectCommand',
    action: 's3:GetObjectVersion',
    calledAs: ['createPolicyObject('],
  },
  {
    file: 'policy-publication.ts',
    command: 'PutObjectCommand',
    action: 's3:PutObject',
    calledAs: ['publication.upload('],
  },
  {
    file: 'queues.ts',
    command: 'GetQueueUrlCommand',
    action: 'sqs:GetQueueUrl',
    calledAs: ['deps.queues.sendByName('],
  },
  {
    file: 'queues.ts',
    command: 'SendMessageCommand',
    action: 'sqs:SendMessage',
    calledAs: ['deps.queues.sendByName(', 'queues.send('],
  },
  {
    file: 'queues.ts',
    command: 'SendMessageBatchCommand',
    action: 'sqs:SendMessage',
    calledAs: ['deps.queues.sendAll('],
  },
];
