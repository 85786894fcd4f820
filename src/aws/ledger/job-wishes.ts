import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { jobKey, type WishedFor } from '../../ledger/job-item.ts';
import { type JobView, viewOfJob } from '../../ledger/job-view.ts';
import { tryUpdate } from './ledger-update.ts';

/** While a job stands so, the wish makes sense; who carries it out looks again. */
const CONDITIONS: Readonly<Record<WishedFor, string>> = {
  confirm: 'attribute_not_exists(#closedAt) AND (#status = :suspended OR attribute_exists(#needsConfirmation))',
  cancel: 'attribute_exists(#pk) AND attribute_not_exists(#closedAt)',
  retry: 'attribute_exists(#closedAt) AND attribute_not_exists(#nextToken) AND NOT #status IN (:complete, :nothing)',
};

/** Why a wish was not written: there is no such job, or it stands otherwise by now. */
type Wished = { written: true } | { written: false; job: JobView | undefined };

/**
 * Writes what a person asks of a job into its item, on terms: the job still stands so that it makes sense, and nobody has asked for anything else.
 * No other attribute is written, so that IAM can let people write this one alone (DynamoDB guide, dynamodb:Attributes). Throws the SDK's error.
 */
export function createJobWishes(client: DynamoDBClient, table: string) {
  return async function wish(token: string, asked: { what: WishedFor; by: string; at: string }): Promise<Wished> {
    const { written, item } = await tryUpdate(client, {
      table,
      key: jobKey(token),
      set: { wish: asked },
      condition: `attribute_not_exists(#wish) AND ${CONDITIONS[asked.what]}`,
      conditionValues: { suspended: 'suspended', complete: 'complete', nothing: 'nothing-to-do' },
      isBlind: true,
    });
    return written ? { written } : { written, job: item && viewOfJob(unmarshall(item)) };
  };
}
