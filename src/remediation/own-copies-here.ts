import { bucketText } from '../bucket-id.ts';
import type { Decided } from '../policy/decision.ts';
import type { AssessDeps } from './deps.ts';
import type { Look } from './look.ts';

/** What was decided, with the word that own copies cannot be made here although the policy allows them. What cannot be read stops nothing, and is said. */
export async function ownCopiesHere(decided: Decided, { id }: Look, deps: AssessDeps): Promise<Decided> {
  const { standard } = decided;
  if (standard.reencrypt === 'none' || !standard.methods.includes('own-copy')) return decided;
  const role = await deps.ownRole();
  if (role.kind === 'unread')
    deps.log.warn('role of own copies not checked', { bucket: bucketText(id), why: role.why });
  if (role.kind === 'unread' || role.value) return decided;
  return { ...decided, standard: { ...standard, lacksOwnRole: deps.jobRoles['own-copy'] } };
}
