import { randomUUID } from 'node:crypto';
import type { PutEventsRequest, PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { BusEvent } from '../world.ts';
import type { EventBus } from './bus.ts';
import { type BusDirectory, type BusPlace, placeOf } from './bus-directory.ts';
import { putEvents } from './forward.ts';

const MOST_ENTRIES = 10;

/** Of all entries of a request together (EventBridge API, PutEvents). */
const LARGEST_REQUEST_BYTES = 256 * 1024;

const MEMBERS = ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName'];

/** PutEvents: entries that are wrong fail by themselves, in their place of the answer; the others become events. */
export function createPutEvents(bus: EventBus) {
  return (input: PutEventsRequest, call: Call) => {
    const entries = input.Entries ?? [];
    if (entries.length < 1 || entries.length > MOST_ENTRIES) {
      throw invalid(
        `Value of ${entries.length} entries at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MOST_ENTRIES}`,
      );
    }
    entries.forEach(refuseOthers);
    if (entries.reduce((bytes, entry) => bytes + sizeBytes(entry), 0) >= LARGEST_REQUEST_BYTES) {
      throw invalid('Total size of the entries in the request is over the limit.');
    }
    const results = entries.map((entry) => putEntry(entry, call, bus));
    return {
      FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Entries: results,
    };
  };
}

/** events:PutEvents on the bus, for each entry with its source and detail type (EventBridge guide, "Using conditions"). */
export function putEventsPermissions(buses: BusDirectory) {
  return (input: PutEventsRequest, call: Call): Permission[] =>
    (input.Entries ?? []).map((entry) => {
      const { Source: source = '', DetailType: detailType = '' } = entry;
      return putEvents({ source, 'detail-type': detailType }, buses.get(busOf(entry, call)));
    });
}

function busOf({ EventBusName: bus = 'default' }: PutEventsRequestEntry, { caller, region }: Call): BusPlace {
  return placeOf(bus, { account: caller.accountId, region });
}

function refuseOthers(entry: PutEventsRequestEntry): void {
  const other = Object.entries(entry).find(([name, value]) => !MEMBERS.includes(name) && value !== undefined);
  if (other !== undefined) throw notEmulated(`The member ${other[0]} of an entry of events PutEvents`);
}

function putEntry(entry: PutEventsRequestEntry, call: Call, bus: EventBus): PutEventsResultEntry {
  const { Source: source = '', DetailType: detailType = '', Detail: text = '' } = entry;
  const missing = Object.entries({ Source: source, DetailType: detailType, Detail: text }).find(
    ([, value]) => value === '',
  );
  if (missing !== undefined) {
    const [name] = missing;
    return failed('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  const detail = readDetail(text);
  if (detail === undefined) return failed('MalformedDetail', 'Detail is malformed.');
  if (source.startsWith('aws.')) return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const event: BusEvent = {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: call.caller.accountId,
    time: `${(entry.Time ?? call.time).toISOString().slice(0, 19)}Z`,
    region: call.region,
    resources: entry.Resources ?? [],
    detail,
  };
  bus.publishOn(busOf(entry, call), event);
  return { EventId: event.id };
}

function readDetail(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
    return isObject ? Object.fromEntries(Object.entries(detail)) : undefined;
  } catch {
    // Not JSON is as malformed as JSON that is no object.
    return undefined;
  }
}

const failed = (ErrorCode: string, ErrorMessage: string): PutEventsResultEntry => ({ ErrorCode, ErrorMessage });

/** EventBridge guide, "Calculating PutEvents event entry size". */
function sizeBytes({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

const invalid = (problem: string): AwsError =>
  new AwsError('ValidationException', `1 validation error detected: ${problem}`);
