import type { History } from './facts.ts';
import type { BucketState, Reason } from './model.ts';

/** What people put back on purpose is not taken away from them again before they say so. */
export function rolledBackHold({ rolledBack }: History, { bucket, region }: BucketState): Reason[] {
  if (rolledBack === undefined) return [];
  return [
    {
      code: 'rolled-back',
      message: `Bucket ${bucket} was rolled back by ${rolledBack.by} at ${rolledBack.at}: it is left alone until somebody runs reseal acknowledge ${bucket} --region ${region} --table LEDGER_TABLE.`,
    },
  ];
}
