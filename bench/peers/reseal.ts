/** A contender of ../peers.ts: the function assess-bucket, handed the messages of a sweep in batches as Lambda does. */
import { handler } from '../../functions/assess-bucket.ts';
import { atOnce, inGroups } from '../../src/at-once.ts';
import { bucketMessage } from '../../src/intake/bucket-message.ts';
import { REGION } from '../../test/aws/fixture.ts';
import { batchOf, CONTEXT } from '../../test/runtime/lambda-input.ts';
import { AT_ONCE, BATCH, contend, ownContest } from './contest.ts';

const { account } = ownContest();
const { signal } = new AbortController();
const at = new Date().toISOString();

await contend((buckets) =>
  atOnce(inGroups(buckets, BATCH), AT_ONCE / BATCH, async (batch) => {
    const answer = await handler(batchOf(...batch.map(messageOf)), CONTEXT, { signal });
    const failed = answer?.batchItemFailures.length ?? batch.length;
    if (failed > 0) throw new Error(`${failed} messages were given back`);
  }),
);

function messageOf(bucket: string): string {
  const about = { bucket, account, region: REGION, cause: 'sweep', at, causeId: 'sweep-1' } as const;
  return bucketMessage({ ...about, attempt: 0, observe: false, logSources: [] });
}
