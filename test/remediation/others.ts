import assert from 'node:assert/strict';
import { GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import type { Reason } from '../../src/policy/model.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import type { Outcome } from '../../src/remediation/look.ts';
import { swept } from './sweeping.ts';
import { send } from '../local/protocol/raw-request.ts';
import { ACCOUNT, type GuardedAccount } from './guarded-account.ts';

export const STRANGER = '222222222222';

/** Replaces the bucket's policy. */
export async function putPolicy(account: GuardedAccount, bucket: string, ...Statement: object[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await account.clients.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
}

/** Replaces the policy of the standard's key. */
export async function putKeyPolicy(account: GuardedAccount, ...Statement: unknown[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await account.clients.kms.send(new PutKeyPolicyCommand({ KeyId: account.keyArn, PolicyName: 'default', Policy }));
}

/** Adds to the policy of the standard's key exactly what the reasons give to paste, and returns how many statements that were. */
export async function paste(account: GuardedAccount, reasons: readonly Reason[]): Promise<number> {
  const input = { KeyId: account.keyArn, PolicyName: 'default' };
  const { Policy = '' } = await account.clients.kms.send(new GetKeyPolicyCommand(input));
  const pasted = reasons.flatMap(({ paste: text }) => (text === undefined ? [] : [JSON.parse(text)]));
  await putKeyPolicy(account, ...JSON.parse(Policy).Statement, ...pasted);
  return pasted.length;
}

export interface ServiceDelivery {
  service: string;
  bucket: string;
  key?: string;
  sourceArn?: string;
  sourceAccount?: string;
}

/** Delivers as an AWS service does by itself: `delivered`, or the name of the failure. */
export async function deliver(account: GuardedAccount, delivery: ServiceDelivery): Promise<string> {
  const body = JSON.stringify({ key: `AWSLogs/${ACCOUNT}/one.log`, body: 'line', ...delivery });
  const answer = await asked(account, { method: 'POST', target: '/_local/deliver', body });
  const { delivered, code, error } = JSON.parse(answer.text);
  return delivered === true ? 'delivered' : String(code ?? error);
}

/** Status and bytes, or status and the name of the error. */
export async function asked(
  account: GuardedAccount,
  request: { method?: string; target: string; body?: string },
): Promise<{ status: number; text: string }> {
  const { status, body } = await send({ port: account.aws.port, signedFor: null, ...request });
  return { status, text: body.toString() };
}

export function codesOf({ reasons }: { reasons: readonly Reason[] }): string[] {
  return reasons.map(({ code }) => code);
}

/** Verdict and codes. */
export function told(outcome: Outcome): [kind: string, codes: string[]] {
  return [outcome.kind, codesOf(outcome)];
}

/** A complete sweep, and what became of each message that it sent. */
export async function sweepAll(
  account: GuardedAccount,
  over: Partial<AssessDeps> = {},
): Promise<{ result: Awaited<ReturnType<typeof swept>>; outcomes: Record<string, Outcome> }> {
  const at = account.now().toISOString();
  const result = await swept(account, { id: `sweep-at-${at}`, at });
  const outcomes: Record<string, Outcome> = {};
  const input = { QueueUrl: account.sweepDeps.sweepQueueUrl, MaxNumberOfMessages: 10 };
  for (;;) {
    const { Messages = [] } = await account.clients.sqs.send(new ReceiveMessageCommand(input));
    if (Messages.length === 0) return { result, outcomes };
    for (const { Body } of Messages) {
      const trigger = parseBucketMessage(Body, 'arn:aws:iam::111111111111:role/reseal');
      assert.ok(!('ignored' in trigger));
      outcomes[trigger.bucket] = await account.assess(trigger, over);
    }
  }
}

/** A bucket policy that leaves who may read to the access points of the own account. */
export function leavesAccessToAccessPoints(bucket: string): string {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: { StringEquals: { 's3:DataAccessPointAccount': '111111111111' } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
