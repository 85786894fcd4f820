import { ResealError } from '../../src/errors.ts';
import type { Known } from '../../src/policy/decision.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { kindOf, type Reason } from '../../src/policy/model.ts';
import { gather } from '../../src/remediation/gather.ts';
import { readAll } from '../../src/remediation/read-facts.ts';
import { exemptUnread, unreadReason } from '../../src/remediation/unread-encryption.ts';
import type { ExplainDeps } from '../../src/runtime/explain-deps.ts';
import type { AskedBucket } from './asked-bucket.ts';
import { type Explanation, explanationOf, unreadExplanation } from './explanation.ts';

/** Reads one bucket, judges it as the function assess-bucket does, and says why. Throws ResealError where there is no such bucket here. */
export async function explain(asked: AskedBucket, policy: PolicyDocument, deps: ExplainDeps): Promise<Explanation> {
  const { bucket, account, region, own, now, batchRoleArn } = asked;
  const reading = await deps.encryption.read({ bucket, account });
  if (reading.kind === 'gone') throw notHere(asked, 'it does not exist: check the name');
  if (reading.kind === 'elsewhere') {
    throw notHere(asked, `it is in ${reading.region ?? 'another Region'}: name that Region with --region`);
  }
  const known: Known = {
    state: { bucket, account, region, own, rule: reading.kind === 'read' ? reading.rule : {} },
    kind: kindOf(bucket),
    partition: partitionOf(region),
    policy,
    facts: {},
    now,
    ...(batchRoleArn === undefined ? {} : { batchRoleArn }),
  };
  if (reading.kind === 'unreadable' && NOT_ASKED.has(reading.code)) {
    throw notHere(
      asked,
      `AWS was not asked (${reading.code}: ${reading.message}): check the credentials and the network`,
    );
  }
  if (reading.kind === 'unreadable') {
    const exempt = await exemptUnread(known, (ask) => readAll(ask.facts, ask, { bucket, account }, deps));
    if (exempt === undefined) return unreadExplanation(asked, operatorsReason(bucket, reading));
    return explanationOf(asked, { gathered: exempt }, deps);
  }
  const gathered = await gather(known, (ask) => readAll(ask.facts, ask, { bucket, account }, deps));
  if (gathered === undefined) throw notHere(asked, 'it could not be judged');
  return explanationOf(asked, { gathered, found: reading.rule }, deps);
}

/** What says nothing of the bucket: no credentials, bad ones, or nobody to ask. */
const NOT_ASKED: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'Error',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'TimeoutError',
]);

/** Whoever asks may also have named the wrong account, which S3 answers with the same denial. */
function operatorsReason(bucket: string, reading: Parameters<typeof unreadReason>[1]): Reason {
  const { code, message } = unreadReason(bucket, reading);
  return {
    code,
    message: reading.denied ? message.replace(/\.$/, ', and check that --account is its owner.') : message,
  };
}

function notHere({ bucket, account, region }: AskedBucket, why: string): ResealError {
  return new ResealError('unreadable', `bucket ${bucket} of account ${account} is not read in ${region}: ${why}`, {
    bucket,
  });
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
