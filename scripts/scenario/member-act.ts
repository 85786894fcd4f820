import { prepare, type Preparation } from './before-reseal.ts';
import type { PlaceClients } from './endpoint.ts';
import { judgeResult } from './judge-result.ts';
import type { LedgerView } from './ledger-view.ts';
import type { Play } from './play.ts';
import type { Written } from './put-objects.ts';
import { readDefault, readObjects } from './read-bucket.ts';
import type { BucketResult } from './result.ts';
import type { Stage } from './stage.ts';
import { disturb, type Disturbance } from './under-watch.ts';
import type { Wanted } from './wanted.ts';

/** One bucket of an organization on its way: nobody depends on it, and what it should be at the end is known before it is made. */
export interface MemberAct<P extends Play = Play> {
  play: P;
  clients: PlaceClients;
  wanted: Wanted;
  written: Written;
  before: string;
}

/** The bucket as it was before Reseal came, at the standard of that day. */
export async function beginMember(
  { play, clients }: Pick<MemberAct, 'play' | 'clients'>,
  { wanted, objects }: Pick<Preparation, 'wanted' | 'objects'>,
  stage: Pick<Stage, 'seed'>,
): Promise<Written> {
  return prepare(play, { s3: clients.s3, wanted, otherKey: '', objects, seed: (object) => stage.seed(object) });
}

const nobodyWaits = async () => {};

/** What happens to the bucket while Reseal watches. */
export async function disturbMember(act: MemberAct, { objects }: Pick<Disturbance, 'objects'>): Promise<void> {
  const { s3 } = act.clients;
  const { play } = act;
  const note = async () => void (act.before ||= await readDefault(s3, play.bucket, act.wanted));
  const about = { objects, comebacks: 0, restored: nobodyWaits, held: nobodyWaits };
  const written = await disturb({ ...about, play, s3 }, note);
  for (const [key, seen] of written) act.written.set(key, seen);
  if (act.before === '') await note();
}

/** Reads the bucket and every object of it back. */
export async function finishMember(
  { play, clients: { s3 }, wanted, written, before: encryption }: MemberAct,
  ledger: LedgerView,
): Promise<BucketResult> {
  const { bucket } = play;
  const after =
    play.kind === 'deleted'
      ? { encryption: 'none', objects: new Map() }
      : {
          encryption: await readDefault(s3, bucket, wanted),
          objects: await readObjects({ s3, bucket, written }, wanted),
        };
  return judgeResult({ play, ledger, before: { encryption, objects: written }, after, wanted, reencrypt: 'all' });
}
