import type { BucketList } from '../aws/bucket/bucket-list.ts';
import type { Queues } from '../aws/queue/queues.ts';
import { type BucketId, type Place, placeText } from '../bucket-id.ts';
import { bucketMessage } from '../intake/bucket-message.ts';
import { firstSources } from '../ledger/log-sources.ts';
import type { Swept } from '../ledger/sweep-item.ts';
import { present } from '../present.ts';
import type { FoundSources } from './find-log-sources.ts';

export interface SendDeps extends Place {
  sweepQueueUrl: string;
  bucketList: Pick<BucketList, 'list' | 'listDirectory'>;
  queues: Queues;
}

/** Sends one message for every bucket, made as they are sent, and tells how many there were and how many of them receive access logs. */
export async function sendBuckets(
  buckets: Iterable<string> | AsyncIterable<string>,
  swept: Swept,
  deps: SendDeps,
  sources?: FoundSources,
): Promise<{ buckets: number; logTargets: number }> {
  const sent = { buckets: 0, logTargets: 0 };
  async function* bodies() {
    for await (const bucket of buckets) {
      sent.buckets += 1;
      if (sources?.targets.has(bucket) === true) sent.logTargets += 1;
      yield { body: messageOf(bucket, swept, deps, sources), group: deps.account };
    }
  }
  await deps.queues.sendAll(deps.sweepQueueUrl, bodies());
  return sent;
}

/** The same for buckets of any accounts and Regions. */
export async function sendElsewhere(buckets: readonly BucketId[], swept: Swept, deps: SendDeps): Promise<void> {
  for (const its of Map.groupBy(buckets, placeText).values()) {
    const names = its.map(({ bucket }) => bucket);
    const [{ account, region } = deps] = its;
    await sendBuckets(names, swept, { ...deps, account, region });
  }
}

function messageOf(bucket: string, { id, at, observe }: Swept, { account, region }: SendDeps, sources?: FoundSources) {
  const logSources = sources && sourcesOf(bucket, sources);
  const which = { bucket, account, region, cause: 'sweep' as const, at, causeId: id, attempt: 0, observe };
  return bucketMessage({ ...present({ logSources }), ...which });
}

/** The buckets whose logs go to one; undefined where nobody can say that there are none, because one of them could not be asked. */
function sourcesOf(bucket: string, { targets, unread }: FoundSources) {
  const known = targets.get(bucket);
  if (known !== undefined) return firstSources(known);
  return unread.buckets === 0 ? [] : undefined;
}
