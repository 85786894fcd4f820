import type { S3Client } from '@aws-sdk/client-s3';
import { acknowledge } from '../../../src/remediation/acknowledge.ts';
import { assessBucket } from '../../../src/remediation/assess-bucket.ts';
import type { ReencryptDeps, TrackDeps } from '../../../src/remediation/deps.ts';
import { reencryptObject } from '../../../src/remediation/reencrypt-object.ts';
import { rollback } from '../../../src/remediation/rollback.ts';
import { trackJob } from '../../../src/remediation/track-job.ts';
import { imaginedLedger } from './ledger.ts';
import { reencryptVerbs } from './own-verbs.ts';
import type { Stories } from './play.ts';
import { trackVerbs } from './track-verbs.ts';
import { type Caller, verbs } from './verbs.ts';
import { ACCOUNT, BUCKET, REGION, type World } from './world.ts';

const ASKED = { account: ACCOUNT, region: REGION, bucket: BUCKET, by: `arn:aws:iam::${ACCOUNT}:role/operator` };

/** What makes the means of the stories worse than they are. */
export interface Spoiling {
  track?: (deps: TrackDeps, world: World) => TrackDeps;
  own?: (deps: ReencryptDeps) => ReencryptDeps;
  /** The client that copies objects. */
  s3?: (s3: S3Client) => S3Client;
}

/** The stories of src/remediation over the imagined AWS. */
export function storiesOver({ track = (deps) => deps, own = (deps) => deps, s3 }: Spoiling = {}): Stories {
  return {
    assess: ({ fact }, caller, world) => assessBucket(fact, depsOf(caller, world)),
    track: ({ trigger }, caller, world) => trackJob(trigger, track(trackVerbs(world, caller), world)),
    reencrypt: ({ name }, caller, world) => reencryptObject(name, own(reencryptVerbs(world, caller, name, s3))),
    rollback: (caller, world) => rollback(ASKED, depsOf(caller, world)),
    acknowledge: (caller, world) => acknowledge(ASKED, depsOf(caller, world)),
  };
}

export const STORIES: Stories = storiesOver();

function depsOf(caller: Caller, world: World) {
  return { ...verbs(world, caller), ledger: imaginedLedger(world, caller.step) };
}
