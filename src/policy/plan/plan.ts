import { LARGEST_COPY_BYTES, copyObstacles, storageClassesToCopy, uncopied } from './copy-part.ts';
import { jobToken } from './job-token.ts';
import { accountOfKey } from '../keys/key-form.ts';
import type { Reason } from '../model.ts';
import { CLOCK_MARGIN_MS, type ClassToDo, classesToDo } from './object-classes.ts';
import type { Plan, PlanInput, PlannedJob } from './plan-model.ts';

export type {
  CopyConditions,
  ListedObject,
  ObjectClass,
  Plan,
  PlanInput,
  PlanScope,
  PlannedJob,
} from './plan-model.ts';

/** The jobs that bring a bucket's objects to its standard, and what no job can do. */
export function planObjects(input: PlanInput): Plan {
  const classes = classesToDo(input);
  const impossible = whyImpossible(input);
  if (classes.length === 0) return { jobs: [], leftovers: [] };
  if (impossible !== undefined) return { jobs: [], leftovers: [impossible] };

  const updates = classes.filter((todo) => canUpdate(input, todo)).map((todo) => updateJob(input, todo));
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
  if (standard.algorithm === 'aws:kms:dsse') {
    return {
      code: 'dsse-needs-copy-function',
      message: `The objects of bucket ${bucket} stay as they are: no S3 Batch operation can write DSSE-KMS.`,
    };
  }
  if (standard.algorithm === 'aws:kms' && keyArn === undefined) {
    return {
      code: 'key-not-known',
      message: `The objects of bucket ${bucket} stay as they are: the standard's key ${standard.key} was not found.`,
    };
  }
  return undefined;
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
    storageClassesToCopy(todo, input.listing.truncated).map((storageClass) => copyJob(input, todo, storageClass)),
  );
  const obstacles = wanted.length === 0 ? [] : copyObstacles(input.bucket, input.copy);
  return { jobs: obstacles.length === 0 ? wanted : [], leftovers: [...obstacles, ...uncopied(input, objects)] };
}

function updateJob(input: PlanInput, todo: ClassToDo): PlannedJob {
  return plannedJob(input, todo, { method: 'update-encryption' });
}

function copyJob(input: PlanInput, todo: ClassToDo, storageClass: string): PlannedJob {
  return plannedJob(input, todo, { method: 'copy', storageClass, sizeBelowBytes: LARGEST_COPY_BYTES + 1 });
}

/** Fresh drift goes before old stock. */
const PRIORITY = { window: 20, all: 10 } as const;

function plannedJob(
  { bucket, standardId, scope, lastCompliantAt }: PlanInput,
  { source }: ClassToDo,
  how: Pick<PlannedJob, 'method' | 'storageClass' | 'sizeBelowBytes'>,
): PlannedJob {
  const { method, storageClass } = how;
  const identity = {
    ...source,
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(lastCompliantAt === undefined ? {} : { lastCompliantAt }),
  };
  return {
    token: jobToken({ ...identity, bucket, standardId, scope, method, attempt: 0 }),
    ...source,
    ...how,
    ...(scope.kind === 'window'
      ? { createdAfter: new Date(Date.parse(scope.from) - CLOCK_MARGIN_MS).toISOString() }
      : {}),
    priority: PRIORITY[scope.kind],
  };
}
