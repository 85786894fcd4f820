import type { Place } from '../place.ts';
import { expectedVerdict, type Kind, type Play } from '../play.ts';
import { ADDED, BROKEN, CALM, HOME, HUB, LEAVING, MANAGEMENT, REGIONS, SUSPENDED, TAKEN } from './accounts.ts';

/** In which act something happens to the bucket. */
export type Turn = 'watch' | 'leave' | 'suspend' | 'break' | 'join';

export interface OrgPlay extends Play {
  turn: Turn;
}

/** The event that each kind of bucket brings about, as CloudTrail calls it. */
export const EVENTS = {
  new: 'CreateBucket',
  'encryption-deleted': 'DeleteBucketEncryption',
  weakened: 'PutBucketEncryption',
  tagged: 'PutBucketTagging',
  'later-load-balancer-logs': 'PutBucketPolicy',
  'later-acl-logs': 'PutBucketAcl',
  'later-access-logs': 'PutBucketLogging',
  deleted: 'DeleteBucket',
} as const satisfies Partial<Record<Kind, string>>;
type EventKind = keyof typeof EVENTS;

/** Every kind of event in each of the calm accounts, spread over the Regions, and what happens to the others. */
export const CAST: readonly OrgPlay[] = [
  ...CALM.flatMap((account, at) =>
    (Object.keys(EVENTS) as EventKind[]).map((kind, which) =>
      play('watch', kind, { account, region: REGIONS[(at + which) % REGIONS.length] ?? HOME }),
    ),
  ),
  play('watch', 'encryption-deleted', { account: MANAGEMENT, region: 'us-east-1' }),
  play('watch', 'new', { account: MANAGEMENT, region: 'ap-southeast-2' }),
  play('watch', 'encryption-deleted', { account: HUB, region: HOME }),
  play('watch', 'weakened', { account: HUB, region: 'us-east-1' }),
  play('leave', 'encryption-deleted', { account: LEAVING, region: 'ap-southeast-2' }),
  play('suspend', 'encryption-deleted', { account: SUSPENDED, region: 'us-east-1' }),
  play('suspend', 'weakened', { account: CALM[0], region: 'us-east-1' }),
  play('break', 'encryption-deleted', { account: BROKEN, region: HOME }),
  play('join', 'new', { account: ADDED, region: 'us-east-1' }),
  play('join', 'new', { account: TAKEN, region: 'ap-southeast-2' }),
];

function play(turn: Turn, kind: EventKind, place: Place): OrgPlay {
  const name = turn === 'watch' ? kind : `${turn}-${kind}`;
  const bucket = `${name}-${place.account.slice(0, 3)}`;
  return { turn, kind, bucket, place, expected: expectedVerdict(kind, { algorithm: 'aws:kms', observe: false }) };
}
