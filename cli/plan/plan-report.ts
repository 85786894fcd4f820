import { placeText } from '../../src/bucket-id.ts';
import { few, inOneLine } from '../../src/problem.ts';
import { columnsOf, wrapped } from '../../scripts/wrapped.ts';
import { counted, numberOf } from '../numbers-in-words.ts';
import { changeWords, countWords, priceWords } from './plan-words.ts';
import { type Fit, reasonLines } from './grouped-reasons.ts';
import type { PlannedBucket, PlanSurvey, PlanTotals } from './planned-bucket.ts';
import { addTo, isWholePlan, noTotals } from './totals.ts';

/** What a person wants to read of a plan. Compliant and exempt buckets are only counted, so that it may be as long as there is something to say. */
export interface PlanReport {
  totals: PlanTotals;
  places: Map<string, PlanTotals>;
  /** Those that are named. */
  named: PlannedBucket[];
}

export function emptyReport(): PlanReport {
  return { totals: noTotals(), places: new Map(), named: [] };
}

export function addToReport(report: PlanReport, planned: PlannedBucket): void {
  const place = placeText(planned);
  const there = report.places.get(place) ?? noTotals();
  report.places.set(place, there);
  for (const totals of [report.totals, there]) addTo(totals, planned);
  if (planned.cost !== undefined || planned.verdict === 'hold' || planned.verdict === 'unreadable')
    report.named.push(planned);
}

/** What a person does after a plan that has something to change. */
export interface NextStep {
  what: string;
  /** To paste, so it is never folded. */
  command?: string;
}

/** The report for people, without a newline at its end. `next` is absent where the command goes on itself. */
export function reportLines(
  { totals, places, named }: PlanReport,
  survey: PlanSurvey,
  { out, next }: { out: Pick<NodeJS.WriteStream, 'columns'>; next?: NextStep },
): string[] {
  const columns = columnsOf(out);
  const fit = fitInto(columns);
  const inOrder = named.toSorted((a, b) => (placeText(a) + a.bucket < placeText(b) + b.bucket ? -1 : 1));
  const byPlace = Map.groupBy(inOrder, placeText);
  const sections = [
    ...[...places.keys()]
      .toSorted()
      .map((place) => placeLines(place, places.get(place) ?? totals, byPlace.get(place) ?? [], fit)),
    reasonSection('hold', 'Held: nothing is changed until somebody has dealt with the reasons', inOrder, fit),
    reasonSection('unreadable', 'Unreadable: nothing is judged and nothing is changed', inOrder, fit),
    surveyLines(survey, columns),
    [
      ...fit(
        `In all: ${counted(totals.buckets, 'bucket')} in ${counted(survey.accounts.length, 'account')}: ${countWords(totals)}.`,
      ),
      ...fit(
        `Price, once: ${priceWords(totals.price)}${totals.price.usd > 0 ? `, at the list prices of ${few(totals.price.pricesOf ?? [])}` : ''}.`,
      ),
    ],
    next === undefined ? [] : nextLines(totals, { survey, next, fit }),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** Names and reasons are the words of others. */
function fitInto(columns: number): Fit {
  return (text, indent = '') => wrapped(inOneLine(text), columns, indent);
}

function placeLines(place: string, totals: PlanTotals, named: readonly PlannedBucket[], fit: Fit): string[] {
  const [account, region] = place.split('/');
  const head = fit(`Account ${account}, ${region}: ${counted(totals.buckets, 'bucket')}, ${countWords(totals)}`);
  const priced = named.filter(({ cost }) => cost !== undefined);
  const groups = Map.groupBy(priced, groupOf);
  return [
    ...head,
    ...[...groups].flatMap(([title, buckets]) => [
      ...fit(title, '  '),
      ...buckets.flatMap((each) => pricedLine(each, fit)),
    ]),
  ];
}

/** What would change, for all buckets of which it is the same. */
function groupOf({ verdict, found, write, rule, observe }: PlannedBucket): string {
  if (verdict !== 'repair' || found === undefined || write === undefined)
    return `objects that are there already, under rule ${rule}${observe ? ', only observed: no job is started' : ''}:`;
  const only = observe ? ', only observed: nothing is written' : '';
  return `${changeWords(found, write)} (rule ${rule}${only})`;
}

function pricedLine({ bucket, cost }: PlannedBucket, fit: Fit): string[] {
  const asks = cost?.asks === undefined ? '' : '; its jobs wait until somebody confirms them';
  return fit(`${bucket}: ${priceWords(cost ?? { atLeast: false })}${asks}`, '    ');
}

function reasonSection(
  verdict: 'hold' | 'unreadable',
  title: string,
  named: readonly PlannedBucket[],
  fit: Fit,
): string[] {
  const buckets = named.filter((each) => each.verdict === verdict);
  return buckets.length === 0 ? [] : [...fit(title), ...reasonLines(buckets, fit)];
}

/** What was not looked at, and why. */
export function surveyLines(survey: PlanSurvey, columns: number): string[] {
  const fit = fitInto(columns);
  const { unentered, unlisted, missing, gone, unruled } = survey;
  const accounts = unentered.map(
    ({ account, name, why }) => `Account ${account}${name === undefined ? '' : ` (${name})`}: ${why}`,
  );
  return [
    ...(accounts.length === 0 ? [] : fit(`Not entered: ${counted(accounts.length, 'account')}`)),
    ...accounts.flatMap((text) => fit(text, '  ')),
    ...unlisted.flatMap((text) => fit(text)),
    ...missing.flatMap((bucket) =>
      fit(`Bucket ${bucket} is not in what was looked at: check its name, and --account and --region.`),
    ),
    ...(gone === 0 ? [] : fit(`${counted(gone, 'bucket')} went away meanwhile.`)),
    ...(unruled === 0 ? [] : fit(`Of ${counted(unruled, 'bucket')} it could not be read which rule applies.`)),
    ...endedLines(survey).flatMap((text) => fit(text)),
  ];
}

/** Says that a plan is not whole, where it is not. */
function endedLines({ ended, done, found, listing }: PlanSurvey): string[] {
  if (ended === undefined) return [];
  const of = listing > 0 ? `${numberOf(found)} or more` : numberOf(found);
  return [`This is not the whole plan: ${numberOf(done)} of ${of} buckets were judged, then ${ended.why}.`];
}

function nextLines(
  totals: PlanTotals,
  { survey, next: { what, command }, fit }: { survey: PlanSurvey; next: NextStep; fit: Fit },
): string[] {
  const { verdicts, repairs, price } = totals;
  const isChanged = verdicts.repair + verdicts.hold > 0 || price.usd > 0 || price.atLeast;
  if (!isChanged)
    return fit(isWholePlan(totals, survey) ? 'Nothing to change.' : 'Nothing to change in what was judged.');
  return [
    ...(repairs > 0 && price.usd === 0 ? fit(NO_OBJECTS) : []),
    ...(verdicts.hold === 0 ? [] : fit(HELD)),
    ...fit(what),
    ...(command === undefined ? [] : [`  ${inOneLine(command)}`]),
    ...fit(EXPLAIN),
  ];
}

const HELD = 'Deal with the reasons of the held buckets, or write exceptions for them into the policy.';
const NO_OBJECTS =
  'No objects are re-encrypted: either there are none, or the policy has objects.reencrypt drifted or none, and nobody knows since when these buckets are below their standard. With all, every object is (docs/policy.md).';
const EXPLAIN = 'reseal policy explain BUCKET shows everything about one bucket.';
