import { hanging, wrapped } from '../../wrapped.ts';
import { aligned, NARROW } from '../aligned.ts';
import { type FleetResult, isNamed, type RegionResult } from './fleet-result.ts';

/** What a person reads at the end of `npm start -- --scenario org --accounts 50`: the Regions, the events, and the sum of it. */
export function fleetForPeople(result: FleetResult, columns: number): string {
  const paragraphs = [...sentencesOf(result), ''].map((sentence) => hanging(sentence, columns).join('\n'));
  return [regionTable(result, columns), '', ...paragraphs, ...wrapped(fleetSummary(result), columns)].join('\n');
}

const HEADINGS = ['Region', 'buckets', 'drifted', 'by event', 'by sweep', 'repaired', 'held', 'jobs'];

/** One line for each Region and one for their sum, or several where the terminal is narrow. */
export function regionTable(result: FleetResult, columns: number): string {
  const sum = { ...result, region: `${result.regions.length} Regions` };
  const rows = [...result.regions, sum];
  if (columns < NARROW) return rows.flatMap((row) => stacked(row, columns)).join('\n');
  return aligned([HEADINGS, ...rows.map(cellsOf)], columns, { left: 1, flexible: 0 }).join('\n');
}

function cellsOf(row: Omit<RegionResult, 'region'> & { region: string }): string[] {
  const { region, buckets, drifted, foundByEvents, foundBySweep, repaired, held, jobs } = row;
  return [region, ...[buckets, drifted, foundByEvents, foundBySweep, repaired, held, jobs].map(String)];
}

function stacked(row: RegionResult, columns: number): string[] {
  const { region, buckets, drifted, foundByEvents, foundBySweep, repaired, held, jobs } = row;
  const numbers = `${drifted} drifted; ${foundByEvents} found by events, ${foundBySweep} by the sweep; ${repaired} repaired, ${held} held; ${jobs} jobs`;
  return [...wrapped(`${region}: ${buckets} buckets`, columns), ...wrapped(numbers, columns, '    ')];
}

function sentencesOf({
  events,
  eventsSent,
  eventsLost,
  seed,
  jobs,
  jobsClosed,
  results,
  objectsRead,
  sweepSeconds,
}: FleetResult): string[] {
  const told = events.map(({ event, sent, lost }) => `${event} ${sent} sent, ${lost} lost`).join('; ');
  const named = results.filter(isNamed);
  return [
    `Events: ${eventsSent} sent, ${eventsLost} lost (seed ${seed}): ${told}.`,
    `The sweep took ${sweepSeconds} s. Jobs: ${jobsClosed} of ${jobs} closed.`,
    ...named.map(({ bucket, verdict, reasons: [reason] }) => `${bucket}: ${verdict}: ${reason?.message ?? ''}`),
    `Read back: the encryption of ${results.length} buckets, and ${objectsRead} objects, byte for byte.`,
  ];
}

/** The last line of the scenario. */
function fleetSummary(result: FleetResult): string {
  const {
    accounts,
    regions,
    buckets,
    drifted,
    eventsLost,
    foundByEvents,
    foundBySweep,
    repaired,
    held,
    jobs,
    objectsBelowStandard,
    seconds,
  } = result;
  return (
    `reseal: ${accounts} accounts, ${regions.length} Regions, ${buckets} buckets, ${drifted} drifted, ${eventsLost} events lost, ${foundByEvents} found by events, ` +
    `${foundBySweep} by the sweep, ${repaired} repaired, ${held} held, ${jobs} jobs, ${objectsBelowStandard} objects below standard, ${seconds} s`
  );
}
