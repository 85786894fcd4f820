import { ResealError } from '../../src/errors.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import type { Reason } from '../../src/policy/model.ts';
import { judgeOnly } from '../../src/remediation/judge-only.ts';
import { encryptionUnread } from '../../src/remediation/unread-bucket.ts';
import type { ExplainDeps } from '../../src/runtime/explain-with.ts';
import type { AskedBucket } from './asked-bucket.ts';
import { type Explanation, explanationOf, unreadExplanation } from './explanation.ts';

/** Reads one bucket, judges it as the function assess-bucket does, and says why. Throws ResealError where there is no such bucket here. */
export async function explain(asked: AskedBucket, policy: PolicyDocument, deps: ExplainDeps): Promise<Explanation> {
  const { batchRoleArn } = asked;
  const jobRoles = batchRoleArn === undefined ? {} : { jobRoles: { 'update-encryption': batchRoleArn } };
  const judged = await judgeOnly(
    { ...asked, ...jobRoles, policy, readsAcl: true },
    deps,
    (code) => !NOT_ASKED.has(code),
  );
  switch (judged.kind) {
    case 'gone':
      throw notHere(asked, 'it does not exist: check the name');
    case 'elsewhere':
      throw notHere(asked, `it is in ${judged.region ?? 'another Region'}: name that Region with --region`);
    case 'unreadable': {
      const { code, message } = judged;
      if (!NOT_ASKED.has(code)) return unreadExplanation(asked, operatorsReason(asked, judged));
      throw notHere(asked, `AWS was not asked (${code}: ${message}): check the credentials and the network`);
    }
    case 'judged':
      return explanationOf(asked, judged, deps);
  }
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
function operatorsReason(asked: AskedBucket, reading: Parameters<typeof encryptionUnread>[1]): Reason {
  const { code, message } = encryptionUnread(asked, reading);
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
