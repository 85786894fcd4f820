import { type BucketId, bucketText } from '../bucket-id.ts';
import type { Decided } from '../policy/decision.ts';
import type { JobRoles } from '../policy/plan/plan-model.ts';
import type { AssessDeps } from './deps.ts';

/** What is asked for the role of our own copies. */
export interface OwnCopyDeps extends Pick<AssessDeps, 'ownRole'> {
  jobRoles: Pick<JobRoles, 'own-copy'>;
  log?: Pick<AssessDeps['log'], 'warn'>;
}

/** What was decided, with the word that own copies cannot be made here although the policy allows them. What cannot be read stops nothing, and is said. */
export async function ownCopiesHere(decided: Decided, id: BucketId, deps: OwnCopyDeps): Promise<Decided> {
  const { standard } = decided;
  if (standard.reencrypt === 'none' || !standard.methods.includes('own-copy')) return decided;
  const role = await deps.ownRole();
  if (role.kind === 'unread')
    deps.log?.warn('role of own copies not checked', { bucket: bucketText(id), why: role.why });
  if (role.kind === 'unread' || role.value) return decided;
  return { ...decided, standard: { ...standard, lacksOwnRole: deps.jobRoles['own-copy'] } };
}
