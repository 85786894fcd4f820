import { LARGEST_COPY_BYTES, copyReasons, storageClassesToCopy, uncopied } from './copy-part.ts';
import { jobToken } from './job-token.ts';
import { accountOfKey } from '../keys/key-form.ts';
import type { Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import { present } from '../../present.ts';
import { CLOCK_MARGIN_MS, type ClassToDo, classesToDo } from './object-classes.ts';
import type { Plan, PlanInput, PlannedJob } from './plan-model.ts';

/** One plan of several scopes of one bucket: no job and no leftover stands in it twice. */
export function planScopes(inputs: readonly PlanInput[]): Plan {
  const plans = inputs.map(planObjects);
  return {
    jobs: [...new Map(plans.flatMap((plan) => plan.jobs).map((job) => [job.token, job])).values()],
    leftovers: [...new Map(plans.flatMap((plan) => plan.leftovers).map((reason) => [reason.code, reason])).values()],
  };
}

/** The jobs that bring a bucket's objects to its standard, and what no job can do. */
export function planObjects(input: PlanInput): Plan {
  const classes = classesToDo(input);
  const impossible = whyImpossible(input);
  if (classes.length === 0) return { jobs: [], leftovers: [] };
  if (impossible !== undefined) return { jobs: [], leftovers: [impossible] };

  const updates = classes
    .filter((todo) => canUpdate(input, todo))
    .map((todo) => plannedJob(input, todo, { method: 'update-encryption' }));
  const copies = planCopies(
    input,
    classes.filter((todo) => !canUpdate(input, todo)),
  );
  return { jobs: [...updates, ...copies.jobs], leftovers: copies.leftovers };
}

/** True where the plan would copy, so that ACLs, website and Object Lock must be read first. */
export function needsCopyConditions(input: PlanInput): boolean {
  if (whyImpossible(input) !== undefined) return false;
  return classesToDo(input).some(
    (todo) => !canUpdate(input, todo) && storageClassesToCopy(todo, input.listing.truncated).length > 0,
  );
}

/** Why no job of any kind can bring objects to this standard; undefined where one can. */
function whyImpossible({ bucket, standard, keyArn }: PlanInput): Reason | undefined {
  const stay = (code: ReasonCode, why: string): Reason => {
    return { code, message: `The objects of bucket ${bucket} stay as they are: ${why}.` };
  };
  const { algorithm, key } = standard;
  if (algorithm === 'aws:kms:dsse') return stay('dsse-needs-copy-function', 'no S3 Batch operation can write DSSE-KMS');
  if (algorithm !== 'aws:kms' || keyArn !== undefined) return undefined;
  return stay('key-not-known', `the standard's key ${key} was not found`);
}

/** UpdateObjectEncryption goes from SSE-S3 or SSE-KMS to SSE-KMS under a key of the bucket's own account, and no other way. */
function canUpdate({ standard, keyArn, account }: PlanInput, { source }: ClassToDo): boolean {
  if (standard.algorithm !== 'aws:kms' || keyArn === undefined || source.class === 'NOT-SSE') return false;
  return accountOfKey(keyArn) === account;
}

function planCopies(input: PlanInput, classes: ClassToDo[]): Plan {
  if (classes.length === 0) return { jobs: [], leftovers: [] };
  const objects = [...new Set(classes.flatMap((todo) => todo.objects))];
  const wanted = classes.flatMap((todo) =>
    storageClassesToCopy(todo, input.listing.truncated).map((storageClass) =>
      plannedJob(input, todo, { method: 'copy', storageClass, sizeBelowBytes: LARGEST_COPY_BYTES + 1 }),
    ),
  );
  const reasons = wanted.length === 0 ? [] : copyReasons(input.bucket, input.copy);
  return { jobs: reasons.length === 0 ? wanted : [], leftovers: [...reasons, ...uncopied(input, objects)] };
}

/** Fresh drift goes before old stock. */
const PRIORITY = { window: 20, all: 10 } as const;

function plannedJob(
  { planId, standardId, scope }: PlanInput,
  { source }: ClassToDo,
  how: Pick<PlannedJob, 'method' | 'storageClass' | 'sizeBelowBytes'>,
): PlannedJob {
  const { method, storageClass } = how;
  const createdAtMs = scope.kind === 'window' ? Date.parse(scope.from) - CLOCK_MARGIN_MS : undefined;
  return {
    token: jobToken({ ...source, ...present({ storageClass }), planId, standardId, scope, method, attempt: 0 }),
    ...source,
    ...how,
    ...present({ createdAfter: createdAtMs === undefined ? undefined : new Date(createdAtMs).toISOString() }),
    priority: PRIORITY[scope.kind],
  };
}
