import { BATCH_METHODS, METHODS, type BatchMethod, type Reason } from '../model.ts';
import { present } from '../../present.ts';
import { isCopiedByBatch, isOwnCopied } from './copy-part.ts';
import type { ListedObject, OwnPart, Plan, PlanInput } from './plan-model.ts';

/**
 * True for a bucket that our own function does in seconds: one page of the listing is the whole of it, and it is small enough. No fee of an S3 job is worth it there.
 */
export function isInline({ standard, listing: { objects, truncated } }: PlanInput): boolean {
  return (
    standard.methods.includes('own-copy') &&
    standard.lacksOwnRole === undefined &&
    !truncated &&
    objects.length <= standard.inlineUpTo
  );
}

/** What a job in the inline lane is asked for: all that the policy allows. */
export function inlinePart(input: PlanInput, mayUpdate: boolean): OwnPart {
  const does = METHODS.filter(
    (each) => input.standard.methods.includes(each) && (each !== 'update-encryption' || mayUpdate),
  );
  return { does, lane: 'inline', ...kept(input) };
}

/** What our own copies are asked for beside the jobs of S3: what is left when those have done what they can. */
export function ownPartBeside(input: PlanInput, isBatch: (method: BatchMethod) => boolean): OwnPart {
  const others = BATCH_METHODS.filter((each) => input.standard.methods.includes(each) && isBatch(each));
  return { does: ['own-copy'], ...(others.length > 0 ? { others } : {}), ...kept(input) };
}

/** Where the role of our own copies is not there, nothing is planned for them: jobs of S3 go on, and what is left is named. */
export function withoutOwnJobs({ bucket, standard: { lacksOwnRole } }: PlanInput, plan: Plan): Plan {
  const jobs = plan.jobs.filter(({ own }) => own === undefined);
  if (lacksOwnRole === undefined || jobs.length === plan.jobs.length) return plan;
  const left: Reason = {
    code: 'own-copies-off',
    message: `What only own-copy can do in bucket ${bucket} stays as it is, because the role ${lacksOwnRole} is not there: deploy the stack of the account's roles with OwnCopies=true.`,
  };
  return { jobs, leftovers: [...plan.leftovers, left] };
}

function kept({ standard: { keepKey, restore }, awsManagedKeyArn }: PlanInput): Partial<OwnPart> {
  return { ...(keepKey === true ? { keepKey } : {}), ...present({ awsManagedKeyArn, restore }) };
}

/** True where a listed object may be one for our own function: what jobs of S3 do, and what no copy can do, needs no look. */
export function mayBeOwn(object: ListedObject, { does, others = [], restore }: OwnPart): boolean {
  if (does.includes('update-encryption')) return true;
  // No listing tells what INTELLIGENT_TIERING has archived.
  const mayBeArchived = restore !== undefined && object.storageClass === 'INTELLIGENT_TIERING';
  if (others.includes('copy') && isCopiedByBatch(object) && !mayBeArchived) return false;
  return isOwnCopied(object, restore);
}
