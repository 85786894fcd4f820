import type { Queues } from '../aws/queue/queues.ts';
import type { Place } from '../bucket-id.ts';
import { bucketMessage } from '../intake/bucket-message.ts';
import type { Swept } from '../ledger/sweep-item.ts';
import { present } from '../present.ts';
import { type FoundSources, sourcesOf } from './find-log-sources.ts';

export interface SendDeps {
  sweepQueueUrl: string;
  queues: Queues;
}

/** Sends one message for every bucket of a place, made as they are sent, and tells how many there were and how many of them receive access logs. */
export async function sendBuckets(
  buckets: Iterable<string> | AsyncIterable<string>,
  { swept, place, sources }: { swept: Swept; place: Place; sources?: FoundSources | undefined },
  deps: SendDeps,
): Promise<{ buckets: number; logTargets: number }> {
  const sent = { buckets: 0, logTargets: 0 };
  async function* bodies() {
    for await (const bucket of buckets) {
      sent.buckets += 1;
      if (sources?.targets.has(bucket) === true) sent.logTargets += 1;
      yield { body: messageOf(bucket, swept, place, sources), group: place.account };
    }
  }
  await deps.queues.sendAll(deps.sweepQueueUrl, bodies());
  return sent;
}

function messageOf(bucket: string, { id, at, observe, scope }: Swept, place: Place, sources?: FoundSources) {
  const logSources = sources && sourcesOf(bucket, sources);
  const { account, region } = place;
  const which = { bucket, account, region, cause: 'sweep' as const, at, causeId: id, attempt: 0, observe };
  return bucketMessage({ ...present({ logSources, rule: scope.rule }), ...which });
}
