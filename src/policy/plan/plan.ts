import { LARGEST_COPY_BYTES, OWN_COPY_WOULD, copyReasons, storageClassesToCopy, uncopied } from './copy-part.ts';
import { jobToken } from './job-token.ts';
import { accountOfKey } from '../keys/key-form.ts';
import { type BatchMethod, PRIORITIES, type Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import { present } from '../../present.ts';
import {
  ALL_ENCRYPTED_SINCE_MS,
  CLOCK_MARGIN_MS,
  type ClassToDo,
  classesToDo,
  isBelowIn,
  type Source,
} from './object-classes.ts';
import { inlinePart, isInline, mayBeOwn, ownPartBeside, withoutOwnJobs } from './own-part.ts';
import type { ListedObject, OwnPart, Plan, PlanInput, PlannedJob } from './plan-model.ts';

/** One plan of several scopes of one bucket: no job and no leftover stands in it twice. */
export function planScopes(inputs: readonly PlanInput[]): Plan {
  const plans = inputs.map((input) => withoutOwnJobs(input, planObjects(input)));
  return {
    jobs: [...new Map(plans.flatMap((plan) => plan.jobs).map((job) => [job.token, job])).values()],
    leftovers: [...new Map(plans.flatMap((plan) => plan.leftovers).map((reason) => [reason.code, reason])).values()],
  };
}

/** The jobs that bring a bucket's objects to its standard by the methods that are allowed, and what no job can do. */
export function planObjects(input: PlanInput): Plan {
  const classes = classesToDo(input);
  const versions = versionsToDo(input);
  if (classes.length === 0 && !versions) return { jobs: [], leftovers: [] };
  const impossible = whyImpossible(input);
  if (impossible !== undefined) return { jobs: [], leftovers: [impossible] };

  const current = planCurrent(input, classes);
  const old = versions ? planVersions(input) : { jobs: [], leftovers: [] };
  return { jobs: [...current.jobs, ...old.jobs], leftovers: [...current.leftovers, ...old.leftovers] };
}

function planCurrent(input: PlanInput, classes: readonly ClassToDo[]): Plan {
  const toCopy = classes.filter((todo) => !canUpdate(input, todo.source));
  if (classes.length > 0 && isInline(input)) {
    const own = inlinePart(input, canUpdate(input, { class: 'any' }));
    return { jobs: [ownJob(input, classes, own)], leftovers: uncopied(input, objectsOf(toCopy)) };
  }
  const updates = classes
    .filter((todo) => canUpdate(input, todo.source))
    .map((todo) => plannedJob(input, todo.source, { method: 'update-encryption' }));
  const copies = planCopies(input, toCopy);
  return { jobs: [...updates, ...copies.jobs], leftovers: copies.leftovers };
}

function objectsOf(classes: readonly ClassToDo[]): ListedObject[] {
  return [...new Set(classes.flatMap((todo) => todo.objects))];
}

/** True where the plan would copy, so that ACLs, website and Object Lock must be read first. */
export function needsCopyConditions(input: PlanInput): boolean {
  return copiesOf(input).length > 0;
}

/** True where one page of the listing does not say what a plan of it rests on: the storage classes to copy, how much there is, and old versions. */
export function needsMetrics(input: PlanInput): boolean {
  if (whyImpossible(input) !== undefined) return false;
  return (input.listing.truncated && classesToDo(input).length > 0) || versionsToDo(input);
}

/** True where it matters whether the bucket keeps versions. */
export function needsVersioning(input: PlanInput): boolean {
  if (whyImpossible(input) !== undefined) return false;
  const mayOwn = input.standard.methods.includes('own-copy');
  const isOwn = mayOwn && classesToDo(input).some(({ source }) => !canUpdate(input, source));
  return versionsToDo(input) || isOwn || copiesOf(input).length > 0;
}

/** Why no job of any kind can bring objects to this standard; undefined where one can. */
function whyImpossible({ bucket, standard, keyArn }: PlanInput): Reason | undefined {
  const stay = (code: ReasonCode, why: string): Reason => {
    return { code, message: `The objects of bucket ${bucket} stay as they are: ${why}.` };
  };
  const { algorithm, key, methods } = standard;
  if (algorithm !== 'AES256' && keyArn === undefined)
    return stay('key-not-known', `the standard's key ${key} was not found`);
  if (algorithm !== 'aws:kms:dsse' || methods.includes('own-copy')) return undefined;
  const reason = stay('dsse-needs-copy-function', 'no S3 Batch operation can write DSSE-KMS');
  return { ...reason, message: `${reason.message} ${OWN_COPY_WOULD}` };
}

/** UpdateObjectEncryption goes from SSE-S3 or SSE-KMS to SSE-KMS under a key of the bucket's own account, and no other way. */
function canBeUpdated({ standard, keyArn, account }: PlanInput, source: Source): boolean {
  if (standard.algorithm !== 'aws:kms' || keyArn === undefined || source.class === 'NOT-SSE') return false;
  return accountOfKey(keyArn) === account;
}

function canUpdate(input: PlanInput, source: Source): boolean {
  return canBeUpdated(input, source) && input.standard.methods.includes('update-encryption');
}

/** The copies that would be made if nothing in the bucket stood in their way. */
function copiesOf(input: PlanInput, classes: readonly ClassToDo[] = classesToDo(input)): PlannedJob[] {
  if (whyImpossible(input) !== undefined || !mayBatchCopy(input) || isInline(input)) return [];
  return classes
    .filter((todo) => !canUpdate(input, todo.source))
    .flatMap((todo) =>
      storageClassesToCopy(todo, input).map((storageClass) =>
        plannedJob(input, todo.source, {
          method: 'copy',
          storageClass,
          sizeBelowBytes: LARGEST_COPY_BYTES + 1,
          ...(todo.source.class === 'NOT-SSE' ? UNENCRYPTED : {}),
        }),
      ),
    );
}

function mayBatchCopy({ standard: { algorithm, methods } }: PlanInput): boolean {
  return methods.includes('copy') && algorithm !== 'aws:kms:dsse';
}

/** Copies by S3 as far as they harm nothing, and our own for what is left. */
function planCopies(input: PlanInput, classes: readonly ClassToDo[]): Plan {
  if (classes.length === 0) return { jobs: [], leftovers: [] };
  const { bucket, listing, standard } = input;
  const mayOwn = standard.methods.includes('own-copy');
  if (!mayBatchCopy(input) && !mayOwn) return { jobs: [], leftovers: [notAllowed(input, classes)] };
  const objects = objectsOf(classes);
  const wanted = copiesOf(input, classes);
  const harm = wanted.length === 0 ? [] : copyReasons(bucket, input.copy);
  const copies = harm.length === 0 ? wanted : [];
  const left = uncopied(input, objects);
  if (!mayOwn) return { jobs: copies, leftovers: [...harm, ...left] };
  const isBatch = (method: BatchMethod) =>
    method === 'copy' ? mayBatchCopy(input) && harm.length === 0 : canUpdate(input, { class: 'any' });
  const own = ownPartBeside(input, isBatch);
  const isNeeded = listing.truncated || objects.some((object) => mayBeOwn(object, own));
  return { jobs: [...copies, ...(isNeeded ? [ownJob(input, classes, own)] : [])], leftovers: left };
}

/** The one job of our own function for this scope: of unencrypted objects alone it knows since when there are none. */
function ownJob(input: PlanInput, classes: readonly ClassToDo[], own: OwnPart): PlannedJob {
  const isOld = classes.every(({ source }) => source.class === 'NOT-SSE');
  return plannedJob(input, { class: 'any' }, { method: 'own-copy', own, ...(isOld ? UNENCRYPTED : {}) });
}

const UNENCRYPTED = { writtenBefore: new Date(ALL_ENCRYPTED_SINCE_MS).toISOString() };

/** What the policy keeps from being done, as far as it is known to be there. */
function notAllowed(input: PlanInput, classes: readonly ClassToDo[]): Reason {
  const { bucket, listing } = input;
  const count = new Set(classes.flatMap((todo) => todo.objects)).size;
  const which = listing.truncated ? `at least ${count}` : `at most ${count}`;
  const method = classes.some(({ source }) => canBeUpdated(input, source))
    ? 'update-encryption, copy or own-copy'
    : 'copy or own-copy';
  const sources = [...new Set(classes.map(({ source }) => source.class))].join(', ');
  const message = `Objects of bucket ${bucket} (${sources}; ${which} of those that were listed) would need the method ${method}, which objects.methods of the policy does not allow: they stay as they are.`;
  return { code: 'method-not-allowed', message };
}

/** True where noncurrent versions are wanted and may be there. */
function versionsToDo(input: PlanInput): boolean {
  const { standard, versioned, scope } = input;
  if (standard.versions !== 'all' || standard.reencrypt === 'none' || versioned === false) return false;
  return scope.kind === 'all' || isBelowIn(input, scope);
}

/** Noncurrent versions are updated in place and never copied (decision 0027); how each is encrypted, no listing says. */
function planVersions(input: PlanInput): Plan {
  const { bucket, standard } = input;
  const left = (code: ReasonCode, why: string): Plan => {
    const message = `The noncurrent versions of bucket ${bucket} stay as they are: ${why}.`;
    return { jobs: [], leftovers: [{ code, message }] };
  };
  if (!canBeUpdated(input, { class: 'any' }))
    return left(
      'versions-need-copy',
      `only a copy could change ${standard.algorithm === 'AES256' ? 'those that were never encrypted' : 'them'}, and it would make an old version the current one`,
    );
  if (!standard.methods.includes('update-encryption'))
    return left('method-not-allowed', 'objects.methods of the policy does not allow update-encryption');
  if (standard.keepKey === true)
    return left(
      'versions-unsorted',
      'under key: keep those of other customer keys keep theirs, and no listing says which they are',
    );
  return {
    jobs: [plannedJob(input, { class: 'any' }, { method: 'update-encryption', versions: true })],
    leftovers: [],
  };
}

function plannedJob(
  { planId, standardId, scope, standard, keyArn }: PlanInput,
  source: Source,
  how: Pick<PlannedJob, 'method' | 'own' | 'storageClass' | 'sizeBelowBytes' | 'writtenBefore' | 'versions'>,
): PlannedJob {
  const { method, storageClass } = how;
  const createdAtMs = scope.kind === 'window' ? Date.parse(scope.from) - CLOCK_MARGIN_MS : undefined;
  const { algorithm, bucketKey, proof } = standard;
  return {
    token: jobToken({ ...source, ...present({ storageClass }), planId, standardId, scope, method }),
    ...source,
    ...how,
    algorithm,
    ...present({ keyArn }),
    bucketKey: algorithm === 'aws:kms' && bucketKey,
    ...present({ createdAfter: createdAtMs === undefined ? undefined : new Date(createdAtMs).toISOString() }),
    priority: PRIORITIES[scope.kind],
    sample: proof,
  };
}
