import { partitionOf } from '../../src/bucket-id.ts';
import { ResealError } from '../../src/errors.ts';
import type { Known } from '../../src/policy/decision.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import type { Fact, History } from '../../src/policy/facts.ts';
import { isUnderKms } from '../../src/policy/log-target.ts';
import { kindOf, type Reason } from '../../src/policy/model.ts';
import {
  concluded,
  factReading,
  factsAtHand,
  gather,
  type Gathered,
  type ReadFacts,
  readHistory,
} from '../../src/remediation/gather.ts';
import { exemptUnread, encryptionUnread } from '../../src/remediation/unread-bucket.ts';
import type { ExplainDeps } from '../../src/runtime/operator-deps.ts';
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
    facts: factsAtHand(asked, await deps.membership(account)),
    now,
    readsAcl: true,
    ...(batchRoleArn === undefined ? {} : { jobRoles: { 'update-encryption': batchRoleArn } }),
  };
  const read = factReading(asked, deps);
  if (reading.kind === 'unreadable' && NOT_ASKED.has(reading.code)) {
    throw notHere(
      asked,
      `AWS was not asked (${reading.code}: ${reading.message}): check the credentials and the network`,
    );
  }
  if (reading.kind === 'unreadable') {
    const exempt = await exemptUnread(known, read);
    if (exempt === undefined) return unreadExplanation(asked, operatorsReason(bucket, reading));
    return explanationOf(asked, { known, ...exempt }, deps);
  }
  const gathered = await judged(known, read, () => readHistory(asked, deps));
  return explanationOf(asked, { known, ...gathered, found: reading.rule }, deps);
}

/** A bucket under a key that is right otherwise is not, where the ledger remembers access logs that come to it. */
async function judged(known: Known, read: ReadFacts, remembered: () => Promise<Fact<History>>): Promise<Gathered> {
  const { decision, facts } = await gather(known, read);
  if (decision.kind === 'needs') return concluded({ ...known, facts: { ...facts, history: await remembered() } }, read);
  if (decision.verdict.kind !== 'compliant' || !isUnderKms(known)) return { decision, facts };
  const history = await remembered();
  const logSources = history.kind === 'read' ? history.value.logSources : [];
  return logSources.length === 0 ? { decision, facts } : concluded({ ...known, facts: { ...facts, logSources } }, read);
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
function operatorsReason(bucket: string, reading: Parameters<typeof encryptionUnread>[1]): Reason {
  const { code, message } = encryptionUnread(bucket, reading);
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
