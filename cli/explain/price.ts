import { type Cost, type ObjectCount, costOf, monthlyCost } from '../../src/policy/cost.ts';
import type { Decided } from '../../src/policy/decision.ts';
import { type Algorithm, type EncryptionRule, type Reason, kindOf } from '../../src/policy/model.ts';
import { type Plan, type PlanInput, needsCopyConditions, planObjects } from '../../src/policy/plan.ts';
import { standardId } from '../../src/policy/standard-id.ts';
import { directoryObjects } from '../../src/remediation/reencrypt.ts';
import type { ExplainDeps } from '../../src/runtime/explain-deps.ts';
import type { AskedBucket } from './asked-bucket.ts';

interface Priced {
  asked: AskedBucket;
  decided: Decided;
  found: EncryptionRule;
  write: EncryptionRule & { algorithm: string; bucketKey: boolean };
}

/** What a repair would cost: the plan that assess-bucket would make, priced. Reads one page of the bucket where nobody counted it. */
export async function priceOf(
  priced: Priced,
  deps: ExplainDeps,
): Promise<{ cost: Cost; monthly: string; leftovers: Reason[] }> {
  const { asked, decided, write } = priced;
  const encryption = { algorithm: write.algorithm as Algorithm, bucketKey: write.bucketKey };
  const monthly = monthlyCost(encryption);
  const isDirectory = kindOf(asked.bucket) === 'directory';
  if (decided.standard.reencrypt === 'none' || isDirectory) {
    const leftovers = isDirectory ? [directoryObjects(asked.bucket)] : [];
    return { cost: costOf({ jobs: [], objects: { known: 'unknown' }, ...encryption }), monthly, leftovers };
  }
  const listing = asked.objects === undefined ? await deps.objectPage(asked) : listingOf(asked.objects, asked.now);
  const { jobs, leftovers } = await planFor(priced, listing, deps);
  return { cost: costOf({ jobs, objects: countOf(priced, listing), ...encryption }), monthly, leftovers };
}

type Listing = PlanInput['listing'];

const PAGE = 1_000;

/** Objects that are only counted: of average size, written now, in the class of most objects. */
function listingOf({ count, bytes }: { count: number; bytes: number }, now: Date): Listing {
  const object = {
    sizeBytes: Math.round(bytes / Math.max(1, count)),
    lastModifiedMs: now.getTime(),
    storageClass: 'STANDARD',
  };
  return { objects: Array.from({ length: Math.min(count, PAGE) }, () => object), truncated: count > PAGE };
}

/** Since when the bucket is below its standard is not looked up: its whole content may have been written since. */
async function planFor({ asked, decided, found }: Priced, listing: Listing, deps: ExplainDeps): Promise<Plan> {
  const { standard, key } = decided;
  const keyArn = key.kind === 'found' ? key.key.arn : undefined;
  const input: PlanInput = {
    bucket: asked.bucket,
    account: asked.account,
    standard,
    standardId: standardId(standard, keyArn),
    scope:
      standard.reencrypt === 'all'
        ? { kind: 'all' }
        : { kind: 'window', from: new Date(0).toISOString(), replaced: found },
    listing,
    ...(keyArn === undefined ? {} : { keyArn }),
  };
  return planObjects(needsCopyConditions(input) ? { ...input, copy: await deps.copyConditions(asked) } : input);
}

/** A listing that goes on is a lower bound of the bucket, and of a drift window none at all. */
function countOf({ asked, decided }: Priced, { objects, truncated }: Listing): ObjectCount {
  const everything = decided.standard.reencrypt === 'all';
  const counted = asked.objects?.count ?? (truncated ? undefined : objects.length);
  if (counted !== undefined) return { known: everything ? 'exactly' : 'at most', count: counted };
  return everything && objects.length > 0 ? { known: 'at least', count: objects.length } : { known: 'unknown' };
}
