import { coverings } from '../src/policy/document/coverage.ts';
import type { PolicyDocument } from '../src/policy/document/document.ts';

/** Whose buckets are changed under a policy, which no difference says by itself: a rule for every bucket leaves nothing to later rules and the default. */
export function reachOf({ mode, rules }: PolicyDocument): string {
  const taken = coverings([...rules.map(({ when }) => when), {}]);
  const rest = rules[taken.at(-1) ?? rules.length];
  const restMode = rest?.mode ?? mode;
  const apart = rules
    .filter((rule, index) => taken[index] === undefined && (rule.mode ?? mode) !== restMode)
    .map(({ name }) => `rule "${name}"`)
    .join(', ');
  const why = rest === undefined ? `mode: ${mode}` : `all others go to rule "${rest.name}", mode: ${restMode}`;
  if (restMode === 'enforce') {
    return `Reseal changes buckets under this policy (${why})${apart === '' ? '' : `, but not those of ${apart}`}.`;
  }
  if (apart === '') return `Reseal changes no bucket under this policy (${why}).`;
  return `Reseal changes only the buckets of ${apart} (${why}).`;
}
