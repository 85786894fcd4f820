import type { CreateJobRequest } from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { partitionOf } from '../s3/bucket.ts';
import { BATCH_PRINCIPAL } from './batch.ts';

interface AccountInput {
  readonly AccountId?: string | undefined;
  readonly JobId?: string | undefined;
}

/** What the S3 Control operations ask for; a job is only ever its own account's. */
export const BATCH_PERMISSIONS: ServiceDefinition['permissions'] = {
  CreateJob: (input: CreateJobRequest, call: Call) => {
    checkAccount(input, call);
    const operation = Object.keys(input.Operation ?? {})[0] ?? '';
    const create = {
      action: 's3:CreateJob',
      resource: '*',
      context: { 's3:RequestJobPriority': String(input.Priority ?? ''), 's3:RequestJobOperation': operation },
    };
    const pass = {
      action: 'iam:PassRole',
      resource: input.RoleArn ?? '',
      context: { 'iam:PassedToService': BATCH_PRINCIPAL },
    };
    const tag = { action: 's3:PutJobTagging', resource: jobArn('*', call) };
    return (input.Tags ?? []).length > 0 ? [create, pass, tag] : [create, pass];
  },
  DescribeJob: (input: AccountInput, call: Call) => onJob('s3:DescribeJob', input, call),
  UpdateJobStatus: (input: AccountInput, call: Call) => onJob('s3:UpdateJobStatus', input, call),
  UpdateJobPriority: (input: AccountInput, call: Call) => onJob('s3:UpdateJobPriority', input, call),
  ListJobs: (input: AccountInput, call: Call) => {
    checkAccount(input, call);
    return [{ action: 's3:ListJobs', resource: '*' }];
  },
};

function onJob(action: string, input: AccountInput, call: Call): Permission[] {
  checkAccount(input, call);
  return [{ action, resource: jobArn(input.JobId ?? '', call), owner: call.caller.accountId }];
}

function jobArn(id: string, call: Call): string {
  return `arn:${partitionOf(call.region)}:s3:${call.region}:${call.caller.accountId}:job/${id}`;
}

/** S3 Control answers about the caller's own account only. */
export function checkAccount(input: AccountInput, call: Call): void {
  if (input.AccountId === call.caller.accountId) return;
  throw new AwsError(
    'AccessDenied',
    `The account ${call.caller.accountId} has no access to ${input.AccountId ?? 'no account'}`,
    403,
  );
}
