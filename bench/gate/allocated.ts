/**
 * The process of ./allocated-bytes.ts: tells how many bytes a verdict allocates under 5,000 rules. Nothing is optimized and nothing collected
 * meanwhile, so it is the same number every time.
 */
import { parsePolicy } from '../../src/policy/document/document.ts';
import { verdictElsewhere } from '../figures/verdict-elsewhere.ts';

const RULES = 5_000;
const TIMES = 200;

const rules = Array.from({ length: RULES }, (_, index) => ({
  name: `team-${index}`,
  when: { buckets: [`team-${index}-*`] },
  standard: { key: `alias/team-${index}` },
}));
const policy = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' }, rules });
// What only the first verdicts need is not counted.
judge();
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
judge();
console.log((process.memoryUsage().heapUsed - before) / TIMES);

function judge(): void {
  for (let time = 0; time < TIMES; time += 1) verdictElsewhere(policy);
}
