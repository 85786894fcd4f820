import { acknowledge } from '../../../src/remediation/acknowledge.ts';
import { assessBucket } from '../../../src/remediation/assess-bucket.ts';
import { rollback } from '../../../src/remediation/rollback.ts';
import { imaginedLedger } from './ledger.ts';
import type { Stories } from './play.ts';
import { type Caller, verbs } from './verbs.ts';
import { ACCOUNT, BUCKET, REGION, type World } from './world.ts';

const ASKED = { account: ACCOUNT, region: REGION, bucket: BUCKET, by: `arn:aws:iam::${ACCOUNT}:role/operator` };

/** The stories of src/remediation over the imagined AWS. */
export const STORIES: Stories = {
  assess: ({ fact }, caller, world) => assessBucket(fact, depsOf(caller, world)),
  rollback: (caller, world) => rollback(ASKED, depsOf(caller, world)),
  acknowledge: (caller, world) => acknowledge(ASKED, depsOf(caller, world)),
};

function depsOf(caller: Caller, world: World) {
  return { ...verbs(world, caller), ledger: imaginedLedger(world, caller.step) };
}
