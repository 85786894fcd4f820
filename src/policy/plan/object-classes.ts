import { keyForm } from '../keys/key-form.ts';
import { present } from '../../present.ts';
import type { Encryption } from '../model.ts';
import type { ListedObject, PlanInput, PlannedJob, PlanScope } from './plan-model.ts';

/** What a generator filters by to find one class of objects. */
export type Source = Pick<PlannedJob, 'class' | 'sourceKeyArn' | 'sourceBucketKey'>;

/** One class of objects that may be in the bucket and below the standard. */
export interface ClassToDo {
  source: Source;
  /** The listed objects that may be of this class. */
  objects: ListedObject[];
}

/** S3 encrypts every new object since 5 January 2023, so only an older one can be unencrypted. */
export const ALL_ENCRYPTED_SINCE_MS = Date.parse('2023-01-06T00:00:00Z');

/** The classes that can be there, none where nothing is listed; at most three. */
export function classesToDo(input: PlanInput): ClassToDo[] {
  if (input.standard.reencrypt === 'none') return [];
  const { scope } = input;
  const classes = scope.kind === 'all' ? classesOfBucket(input) : classesOfWindow(input, scope);
  return classes.filter(({ objects }) => objects.length > 0 || input.listing.truncated);
}

/** S3's filter cannot say "not under this key", so objects that are right already are updated to the same value. */
function classesOfBucket(input: PlanInput): ClassToDo[] {
  const { standard, listing } = input;
  const { objects } = listing;
  const unencrypted: ClassToDo = {
    source: { class: 'NOT-SSE' },
    objects: objects.filter(({ lastModifiedMs }) => lastModifiedMs < ALL_ENCRYPTED_SINCE_MS),
  };
  // Under AES256 whatever is encrypted at all is right or stronger.
  if (standard.algorithm === 'AES256') return [unencrypted];
  if (keepsKeys(input)) return [...underKept(input), { source: { class: 'SSE-S3' }, objects }, unencrypted];
  // SSE-KMS first: the jobs of the other classes make SSE-KMS objects, which its manifest need not list again.
  return [{ source: { class: 'SSE-KMS' }, objects }, { source: { class: 'SSE-S3' }, objects }, unencrypted];
}

function keepsKeys({ standard, keyArn }: PlanInput): boolean {
  return standard.keepKey === true && keyArn !== undefined;
}

/** Objects under other customer keys keep them, as the bucket does; those under its own could lack the Bucket Key, and aws/s3 is nobody's own. */
function underKept({ standard, listing: { objects }, keyArn, awsManagedKeyArn }: PlanInput): ClassToDo[] {
  const under = (source: Omit<Source, 'class'>): ClassToDo => ({ source: { class: 'SSE-KMS', ...source }, objects });
  return [
    ...(standard.bucketKey ? [under({ ...present({ sourceKeyArn: keyArn }), sourceBucketKey: false })] : []),
    ...(awsManagedKeyArn === undefined ? [] : [under({ sourceKeyArn: awsManagedKeyArn })]),
  ];
}

/** True where it matters which key aws/s3 is: only customer keys are kept, and everything is planned, or our own function looks at each object by itself. */
export function needsAwsManagedKey(input: PlanInput): boolean {
  const { standard, scope } = input;
  const matters = scope.kind === 'all' || standard.methods.includes('own-copy');
  return matters && standard.algorithm === 'aws:kms' && keepsKeys(input) && classesToDo(input).length > 0;
}

/**
 * How much earlier than its window is known to have begun an object may be: as much as the clocks of a function and of AWS can differ, because
 * S3 refuses requests beyond it (S3 API, RequestTimeTooSkewed). A filter asks for one class, and few objects of a class that is below the
 * standard are older than the window, so the margin costs next to nothing (decision 0029).
 */
export const CLOCK_MARGIN_MS = 15 * 60 * 1000;

type Window = Extract<PlanScope, { kind: 'window' }>;

/** Only what the replaced default wrote; S3 never writes unencrypted objects in a window. */
function classesOfWindow(input: PlanInput, { from, replaced }: Window): ClassToDo[] {
  const source = sourceOfWindow(input, replaced);
  if (source === undefined) return [];
  const fromMs = Date.parse(from) - CLOCK_MARGIN_MS;
  return [{ source, objects: input.listing.objects.filter(({ lastModifiedMs }) => lastModifiedMs >= fromMs) }];
}

/** True where what the replaced default wrote is below the standard. */
export function isBelowIn(input: PlanInput, { replaced }: Window): boolean {
  return sourceOfWindow(input, replaced) !== undefined;
}

function sourceOfWindow({ standard, keyArn }: PlanInput, replaced: Encryption): Source | undefined {
  if (standard.algorithm === 'AES256') return undefined;
  const { algorithm, keyId, bucketKey } = replaced;
  if (algorithm === undefined || algorithm === 'AES256') return { class: 'SSE-S3' };
  if (algorithm !== 'aws:kms') return undefined;

  const form = keyForm(keyId);
  if (form.kind !== 'arn') return { class: 'SSE-KMS' };
  if (form.arn !== keyArn || standard.algorithm !== 'aws:kms') return { class: 'SSE-KMS', sourceKeyArn: form.arn };
  // The right key already: only objects without a Bucket Key fall short, and only where one is wanted.
  const isRight = !standard.bucketKey || bucketKey === true;
  return isRight ? undefined : { class: 'SSE-KMS', sourceKeyArn: form.arn, sourceBucketKey: false };
}
