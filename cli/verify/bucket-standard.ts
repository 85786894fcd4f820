import { ResealError } from '../../src/errors.ts';
import type { Decided } from '../../src/policy/decision.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { arnOf, kindOf } from '../../src/policy/model.ts';
import type { ObjectsStandard } from '../../src/policy/plan/object-standing.ts';
import { present } from '../../src/present.ts';
import { judgeOnly } from '../../src/remediation/judge-only.ts';
import { awsManagedKeyOf } from '../../src/remediation/plan-for.ts';
import type { ExplainDeps } from '../../src/runtime/explain-with.ts';

interface AskedStandard {
  bucket: string;
  account: string;
  region: string;
  policy: PolicyDocument;
  now: Date;
}

/** What the objects of a bucket are compared with, and what the policy says of them. */
export interface BucketStandard {
  wanted: ObjectsStandard;
  verdict: Decided['verdict']['kind'];
  rule: string;
  /** True where the policy means noncurrent versions too. */
  versions: boolean;
}

/**
 * The standard of a bucket's objects, by the code and the facts that a repair goes by; undefined where an exception frees the bucket of any. Throws
 * ResealError unreadable.
 */
export async function bucketStandard(asked: AskedStandard, deps: ExplainDeps): Promise<BucketStandard | undefined> {
  const { bucket, account, region } = asked;
  const unread = (why: string) =>
    new ResealError('unreadable', `bucket ${bucket} of account ${account} is not read in ${region}: ${why}`, {
      bucket,
    });
  if (kindOf(bucket) !== 'general-purpose')
    throw unread(`it is a ${kindOf(bucket)} bucket, whose objects S3 never encrypts anew: there is nothing to compare`);
  const judged = await judgeOnly({ ...asked, own: false, readsAcl: true }, deps);
  switch (judged.kind) {
    case 'gone':
      throw unread('it does not exist: check the name');
    case 'elsewhere':
      throw unread(`it is in ${judged.region ?? 'another Region'}: name that Region with --region`);
    case 'unreadable':
      throw unread(`${judged.code}: ${judged.message}; check --account, the credentials and the network`);
    case 'judged':
      break;
  }
  const { verdict, rule, standard, key } = judged.decision;
  if (verdict.kind === 'exempt') return undefined;
  if (verdict.kind === 'unreadable') throw unread(verdict.reasons.map(({ message }) => message).join(' '));
  const [awsManagedKeyArn, copy] = await Promise.all([
    // Where it cannot be read, whatever key an object has is kept.
    standard.keepKey === true ? awsManagedKeyOf(deps).catch(() => undefined) : undefined,
    deps.copyConditions({ bucket, account }).catch(() => undefined),
  ]);
  const wanted: ObjectsStandard = {
    standard,
    bucket,
    account,
    ...present({ keyArn: arnOf(key), awsManagedKeyArn, copy, methods: standard.methods, restore: standard.restore }),
  };
  return { wanted, verdict: verdict.kind, rule, versions: standard.versions === 'all' };
}
