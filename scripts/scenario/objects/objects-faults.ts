/** A failure as the embedded AWS takes it (docs/local.md). */
export interface Fault {
  kind: string;
  operation: string;
  service?: string;
  role?: string;
  bucket?: string;
  prefix?: string;
  times?: number;
  /** Hits each object so often only, so that a later try goes through. */
  timesEach?: number;
  /** Which part of the objects is hit, by a seed. */
  share?: number;
  seed?: string;
  code?: string;
  status?: number;
  ms?: number;
}

const ASSESS = 'reseal-assess-bucket';
const TRACK = 'reseal-track-job';
const OWN = 'reseal-reencrypt-object';

/** What fails on the way: throttles, errors of the server, lost connections and lost answers, on the calls of the functions. */
export const FAULTS: readonly Fault[] = [
  { kind: 'throttle', operation: 'CreateJob', times: 3 },
  { kind: 'internal-error', operation: 'CreateJob', times: 2 },
  { kind: 'reset', operation: 'CreateJob', times: 2 },
  { kind: 'lost-answer', operation: 'CreateJob', times: 2 },
  { kind: 'throttle', operation: 'DescribeJob', role: TRACK, times: 4 },
  { kind: 'internal-error', operation: 'DescribeJob', role: TRACK, times: 2 },
  { kind: 'lost-answer', operation: 'DescribeJob', role: TRACK, times: 2 },
  { kind: 'throttle', operation: 'ListObjectsV2', role: ASSESS, times: 2 },
  { kind: 'reset', operation: 'ListObjectsV2', role: ASSESS, times: 2 },
  { kind: 'lost-answer', operation: 'PutBucketEncryption', role: ASSESS, times: 2 },
  { kind: 'internal-error', operation: 'GetBucketEncryption', role: ASSESS, times: 2 },
  { kind: 'throttle', operation: 'GetObject', role: TRACK, times: 2 },
  { kind: 'internal-error', operation: 'TransactWriteItems', times: 2 },
  { kind: 'lost-answer', operation: 'TransactWriteItems', times: 2 },
  { kind: 'throttle', operation: 'UpdateItem', times: 2 },
  { kind: 'lost-answer', operation: 'SendMessage', times: 2 },
  // So long that somebody can cancel it in the middle.
  { kind: 'slow', operation: 'UpdateObjectEncryption', bucket: 'objects-cancelled', times: 100, ms: 20 },
  { kind: 'slow', operation: 'UpdateObjectEncryption', bucket: 'objects-replaced', times: 20, ms: 20 },
  // Single tasks of jobs.
  {
    kind: 'error',
    operation: 'UpdateObjectEncryption',
    prefix: 'broken/',
    code: 'InternalError',
    status: 500,
  },
  { kind: 'throttle', operation: 'UpdateObjectEncryption', share: 0.05, seed: 'objects', timesEach: 1 },
  { kind: 'internal-error', operation: 'CopyObject', share: 0.1, seed: 'objects', timesEach: 1 },
  // Copies of our own.
  { kind: 'error', operation: 'CopyObject', prefix: 'own-broken/', code: 'AccessDenied', status: 403 },
  { kind: 'lost-answer', operation: 'CopyObject', role: OWN, times: 3 },
  { kind: 'throttle', operation: 'CopyObject', role: OWN, times: 5 },
  { kind: 'lost-answer', operation: 'UploadPartCopy', role: OWN, times: 3 },
  { kind: 'throttle', operation: 'UploadPartCopy', role: OWN, times: 5 },
  { kind: 'lost-answer', operation: 'CompleteMultipartUpload', role: OWN, times: 2 },
  { kind: 'throttle', operation: 'RestoreObject', role: OWN, times: 2 },
  { kind: 'lost-answer', operation: 'RestoreObject', role: OWN, times: 2 },
  { kind: 'internal-error', operation: 'GetObjectAcl', role: OWN, times: 2 },
  { kind: 'reset', operation: 'ListObjectsV2', role: OWN, times: 1 },
];

/** Sets them, and answers them with their ids. */
export async function setFaults(endpoint: string, faults: readonly Fault[]): Promise<(Fault & { id: string })[]> {
  const answer = await fetch(`${endpoint}/_local/faults`, { method: 'POST', body: JSON.stringify(faults) });
  const { ids = [], error } = (await answer.json()) as { ids?: string[]; error?: string };
  if (error !== undefined) throw new Error(error);
  return faults.map((fault, at) => ({ ...fault, id: ids[at] ?? '' }));
}

/** How often each played: one that played as often as it may is not listed any more. */
export async function playedFaults(
  endpoint: string,
  faults: readonly (Fault & { id: string })[],
): Promise<{ kind: string; operation: string; played: number }[]> {
  const answer = await fetch(`${endpoint}/_local/faults`);
  const { faults: left } = (await answer.json()) as { faults: { id: string; played: number }[] };
  return faults.map(({ id, kind, operation, times = 0 }) => ({
    kind,
    operation,
    played: left.find((each) => each.id === id)?.played ?? times,
  }));
}
