import { hanging, wrapped } from '../wrapped.ts';
import { type ScenarioResult, summaryLine } from './result.ts';

/** What the scenario has shown, what it would cost, what to try next, and the sum of it in one line at the end. */
export function renderConclusion(result: ScenarioResult, columns: number): string {
  return [
    renderProof(result, columns),
    '',
    'Try next:',
    ...NEXT.flatMap(([command, why]) => [`  ${command}`, ...wrapped(why, columns, '      ')]),
    '',
    ...wrapped(summaryLine(result), columns),
  ].join('\n');
}

/** What was read back and is excused, how long repairs took, who still works, and the price. */
export function renderProof(result: ScenarioResult, columns: number): string {
  const { buckets, objectsRead, objectsIdentical, objectsExcused, working, broken, jobs, price, results } = result;
  const seconds = results.flatMap(({ secondsToRepair }) => secondsToRepair ?? []).toSorted((a, b) => a - b);
  const sentences = [
    `Read back: ${objectsRead} objects of ${buckets} buckets, Reseal's own reports bucket among them. ${objectsIdentical} are identical, byte for byte, to what was written; the others were written by AWS services and can be read.`,
    ...(objectsExcused === 0 ? [] : [`Excused: ${objectsExcused} objects are not under the standard, ${EXCUSES}`]),
    ...(seconds.length === 0
      ? []
      : [`Repaired: ${seconds[0]} to ${seconds.at(-1)} s after the change, the settle delay included.`]),
    ...(working.length === 0 ? [] : [`Still working: ${working.join('; ')}.`]),
    ...broken.map((one) => `Broken: ${one}`),
    `Jobs: ${jobs}.${processed(result)} In AWS they would cost ${lowered(price.sentence)}`,
  ];
  return sentences.flatMap((sentence) => hanging(sentence, columns)).join('\n');
}

/** The jobs meet more objects than were below: where these are, and why. Empty where there is none. */
function processed({ objectsProcessed, objectsReencrypted }: ScenarioResult): string {
  const more = objectsProcessed - objectsReencrypted;
  if (more <= 0) return '';
  return ` Of the ${objectsProcessed} objects that they wrote, ${objectsReencrypted} were below the standard; ${more} had its key already, which S3's filter cannot leave out, or are in buckets not listed here.`;
}

const EXCUSES =
  'and are not meant to be: their bucket is held, exempt or unreadable, receives logs that arrive under SSE-S3 only, or has objects that a reason names.';

const NEXT = [
  ['npm run local', 'the same AWS for the AWS CLI: break a bucket yourself (README)'],
  [
    'npm run -s reseal -- policy explain trail-logs-old \\\n    --policy events/states/policy.yaml \\\n    --state events/states/cloudtrail-not-granted.json',
    'why a bucket of a file is held, and what to paste',
  ],
  ['npm start -- --buckets 50 --objects 20', 'more of everything, with your own rules in reseal.yaml'],
] as const;

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
