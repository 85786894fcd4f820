import type { OptionalObjectAttributes, RestoreObjectRequest, RestoreStatus, Tier } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';
import { findObject } from './find-object.ts';
import { invalidArgument, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { Restoration, StoredObject } from './stored-object.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long a retrieval takes: the longest of what S3 calls typical (S3 guide, "Understanding archive retrieval options"). */
const RETRIEVAL_MS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  GLACIER: { Expedited: 5 * MINUTE_MS, Standard: 5 * HOUR_MS, Bulk: 12 * HOUR_MS },
  DEEP_ARCHIVE: { Standard: 12 * HOUR_MS, Bulk: 48 * HOUR_MS },
};

/** True for the classes that must be restored before a read or a copy, as long as no restored copy is there. */
export function isArchived({ storageClass, restoration }: StoredObject, now: Date): boolean {
  if (entryOf(RETRIEVAL_MS, storageClass) === undefined) return false;
  return restoration === undefined || now < restoration.readyAt || now >= restoration.expiresAt;
}

/**
 * POST ?restore: a copy that can be read, after the time of its tier and until midnight (UTC) after its days. 202 where it begins, 200
 * where the days of one that is there are counted anew from now. One that is on its way can only be made faster.
 */
export function restoreObject(s3: S3, input: RestoreObjectRequest, call: Call): { $status: number } {
  const { object } = findObject(s3, input, call);
  const now = s3.world.now();
  const { days, tier } = readRequest(input);
  const retrievals = entryOf(RETRIEVAL_MS, object.storageClass);
  if (retrievals === undefined) throw notArchived(object);
  const takesMs = entryOf(retrievals, tier);
  if (takesMs === undefined)
    throw invalidArgument('Retrieval option is not supported by this storage class', 'Tier', tier);
  const { restoration } = object;
  if (restoration !== undefined && now < restoration.readyAt) refuseSecond(restoration, { days, takesMs });
  const isThere = !isArchived(object, now);
  const readyAt = isThere && restoration !== undefined ? restoration.readyAt : readyAfter(takesMs, now, restoration);
  const from = isThere ? now : readyAt;
  object.restoration = { days, takesMs, readyAt, expiresAt: midnightAfter(new Date(from.getTime() + days * DAY_MS)) };
  return { $status: isThere ? 200 : 202 };
}

/** A second request makes the first one faster, or is refused (S3 guide, "Upgrading the speed of an in-progress restore"). */
function refuseSecond(first: Restoration, second: Pick<Restoration, 'days' | 'takesMs'>): void {
  if (second.takesMs < first.takesMs && second.days === first.days) return;
  throw new AwsError('RestoreAlreadyInProgress', 'Object restore is already in progress', 409);
}

function readyAfter(takesMs: number, now: Date, first: Restoration | undefined): Date {
  const readyAt = new Date(now.getTime() + takesMs);
  return first !== undefined && first.readyAt > now && first.readyAt < readyAt ? first.readyAt : readyAt;
}

/** The member Restore of HeadObject and GetObject (header x-amz-restore). */
export function restoreAnswer(object: StoredObject, now: Date): { Restore?: string } {
  const at = standing(object.restoration, now);
  if (at === undefined) return {};
  if (now < at.readyAt) return { Restore: 'ongoing-request="true"' };
  return { Restore: `ongoing-request="false", expiry-date="${at.expiresAt.toUTCString()}"` };
}

/** The member RestoreStatus of listings, where it is asked for. */
export function restoreStatus(
  object: StoredObject,
  asked: readonly OptionalObjectAttributes[] | undefined,
  now: Date,
): { RestoreStatus?: RestoreStatus } {
  const at = asked?.includes('RestoreStatus') === true ? standing(object.restoration, now) : undefined;
  if (at === undefined) return {};
  const isReady = now >= at.readyAt;
  return {
    RestoreStatus: { IsRestoreInProgress: !isReady, ...(isReady ? { RestoreExpiryDate: at.expiresAt } : {}) },
  };
}

function standing(restoration: Restoration | undefined, now: Date): Restoration | undefined {
  return restoration !== undefined && now < restoration.expiresAt ? restoration : undefined;
}

function readRequest({ RestoreRequest: asked }: RestoreObjectRequest): { days: number; tier: Tier } {
  const refused = (['Type', 'SelectParameters', 'OutputLocation'] as const).find((name) => asked?.[name] !== undefined);
  if (refused !== undefined) throw notEmulated(`the member ${refused} of RestoreObject`);
  const { Days: days, GlacierJobParameters: parameters, Tier: tier } = asked ?? {};
  if (days === undefined || days < 1) throw malformedXml();
  return { days, tier: parameters?.Tier ?? tier ?? 'Standard' };
}

/** Objects of INTELLIGENT_TIERING are all in the frequent tier here. */
function notArchived({ storageClass }: StoredObject): AwsError {
  if (storageClass === 'INTELLIGENT_TIERING')
    return new AwsError('ObjectAlreadyInActiveTierError', 'This object is already in the active tier', 403);
  return new AwsError('InvalidObjectState', "Restore is not allowed for the object's current storage class", 403, {
    fields: { StorageClass: storageClass },
  });
}

function midnightAfter(time: Date): Date {
  return new Date(Math.ceil(time.getTime() / DAY_MS) * DAY_MS);
}
