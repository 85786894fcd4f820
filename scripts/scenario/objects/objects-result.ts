import { aligned, NARROW } from '../aligned.ts';
import { hanging, wrapped } from '../../wrapped.ts';
import { counted } from '../../../cli/numbers-in-words.ts';
import type { Checked, ClassResult } from './check-versions.ts';
import type { Meddled } from './people.ts';
import type { JobRecord } from './read-namings.ts';

/** The documented shape of `npm start --silent -- --scenario objects --json` (docs/json.md). */
export interface ObjectsResult {
  classes: ClassResult[];
  objects: number;
  updated: number;
  copied: number;
  kept: number;
  named: number;
  /** Below the standard, and nobody says so: more than none is a failure. */
  silent: number;
  jobs: number;
  jobsClosed: number;
  /** Of the jobs those that Reseal ran itself, and the objects that these brought to the standard. */
  ownJobs: number;
  ownObjects: number;
  /** Under way at once, at most. */
  mostJobs: number;
  sweeps: number;
  faults: { kind: string; operation: string; played: number }[];
  meddled: Meddled;
  seconds: number;
}

export function objectsResult(
  { classes }: Checked,
  jobs: readonly JobRecord[],
  told: Pick<ObjectsResult, 'faults' | 'meddled' | 'mostJobs' | 'sweeps' | 'seconds'>,
): ObjectsResult {
  const sum = (pick: (one: ClassResult) => number) => classes.reduce((all, each) => all + pick(each), 0);
  const own = jobs.filter(({ method }) => method === 'own-copy');
  return {
    classes,
    objects: sum((each) => each.objects),
    updated: sum((each) => each.updated),
    copied: sum((each) => each.copied),
    kept: sum((each) => each.kept),
    named: sum((each) => each.named),
    silent: sum((each) => each.silent),
    jobs: jobs.length,
    jobsClosed: jobs.filter(({ closedAt }) => closedAt !== undefined).length,
    ownJobs: own.length,
    ownObjects: own.reduce((all, { succeeded }) => all + succeeded, 0),
    ...told,
  };
}

/** Of one class, so many offences are told in full: of thousands of one kind nobody reads all. */
const MOST = 2;

/** What did not come as it should have. */
export function objectsOffences(
  { jobs, jobsClosed, mostJobs, faults, meddled }: ObjectsResult,
  { offences }: Checked,
  { maxActiveJobs }: { maxActiveJobs: number },
): string[] {
  const idle = faults.filter(({ played }) => played === 0);
  const { cancelled, replaced, confirmed } = meddled;
  return [
    ...[...Map.groupBy(offences, ofClass)].flatMap(([name, its]) => [
      ...its.slice(0, MOST),
      ...(its.length > MOST ? [`${name}: and ${its.length - MOST} more such offences`] : []),
    ]),
    ...(jobs === jobsClosed ? [] : [`jobs: expected all of them closed, found ${jobsClosed} of ${jobs}`]),
    ...(mostJobs <= maxActiveJobs ? [] : [`jobs: expected ${maxActiveJobs} at once at most, found ${mostJobs}`]),
    ...idle.map(({ kind, operation }) => `faults: expected ${kind} of ${operation}, found that nothing called it`),
    ...(cancelled.of > 0 ? [] : ['people: expected a job cancelled in the middle, found none']),
    ...(replaced > 0 ? [] : ['people: expected objects written anew while their job ran, found none']),
    ...(confirmed > 0 ? [] : ['people: expected a job above its ceiling to be confirmed, found none']),
  ];
}

/** What an offence begins with. */
function ofClass(offence: string): string {
  return offence.slice(0, offence.indexOf(':'));
}

/** What is below the standard without a word fails the scenario and is told by its key, so it needs no column. */
const HEADINGS = ['class', 'objects', 'updated', 'copied', 'right', 'named', 'codes'];

/** What a person reads at the end of `npm start -- --scenario objects`. */
export function objectsForPeople(result: ObjectsResult, columns: number): string {
  const { meddled, faults } = result;
  const played = faults.reduce((all, each) => all + each.played, 0);
  const sentences = [
    `Updated: in place. Copied: over itself. Named: it stays as it is, and its code says why (docs/reencryption.md, "What is left alone"). An old- object is not encrypted, as before 2023 (docs/local.md, "The scenario objects").`,
    `Faults: ${played} calls failed on the way, of ${new Set(faults.map(({ operation }) => operation)).size} operations.`,
    `People: a job was cancelled after ${meddled.cancelled.tried} of ${meddled.cancelled.of} objects, ${meddled.replaced} objects were written anew while their job ran, ${counted(meddled.confirmed, 'job')} above a ceiling confirmed.`,
    `Every version was read back: bytes, metadata, tags, ACL, class, parts and checksum of all; ETag, date and bytes at rest of what was updated.`,
  ];
  return [
    table(result.classes, columns),
    '',
    ...sentences.flatMap((one) => hanging(one, columns)),
    '',
    ...wrapped(objectsSummary(result), columns),
  ].join('\n');
}

function table(classes: readonly ClassResult[], columns: number): string {
  if (columns < NARROW) return classes.flatMap((one) => stacked(one, columns)).join('\n');
  const cells = (one: ClassResult): string[] => [
    one.class,
    ...[one.objects, one.updated, one.copied, one.kept, one.named].map(String),
    one.codes.join(' '),
  ];
  return aligned([HEADINGS, ...classes.map(cells)], columns, { left: 1, flexible: 6 }).join('\n');
}

function stacked(one: ClassResult, columns: number): string[] {
  const { objects, updated, copied, kept, named, codes } = one;
  const numbers = `${objects} objects; ${updated} updated, ${copied} copied, ${kept} right already, ${named} named`;
  return [...wrapped(one.class, columns), ...wrapped([numbers, ...codes].join(' '), columns, '    ')];
}

/** The last line of the scenario. */
export function objectsSummary(result: ObjectsResult): string {
  const {
    classes,
    objects,
    updated,
    copied,
    kept,
    named,
    silent,
    jobs,
    mostJobs,
    sweeps,
    seconds,
    ownJobs,
    ownObjects,
  } = result;
  return (
    `reseal: ${classes.length} classes, ${objects} objects, ${updated} updated in place, ${copied} copied, ${kept} right already, ` +
    `${named} named, ${silent} left without a word, ${counted(jobs, 'job')} (${ownJobs} of Reseal's own with ${ownObjects} objects), ${mostJobs} at once, ${sweeps} sweeps, ${seconds} s`
  );
}
