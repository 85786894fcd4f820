import { type Organization, SERVICES, type Service, sweepWork } from '../../scripts/scale/sweep-work.ts';

/** By how much what was counted may differ from the model of docs/scale.md. */
export const MARGIN = 0.1;

const OPERATIONS: Record<Service, readonly string[]> = {
  'S3 lists': ['ListBuckets', 'ListDirectoryBuckets', 'ListTableBuckets', 'ListVectorBuckets'],
  'S3 reads': ['GetBucketLogging', 'GetBucketEncryption', 'GetBucketPolicy'],
  Organizations: ['ListAccounts', 'DescribeAccount'],
  'Account Management': ['ListRegions'],
  STS: ['AssumeRole'],
  EventBridge: ['DescribeRule'],
  'ledger reads': ['GetItem', 'Query'],
  'ledger writes': ['UpdateItem', 'PutItem', 'TransactWriteItems'],
  SQS: ['SendMessageBatch', 'SendMessage'],
};

/** One line for what the model says of a sweep beside what was counted, by service; `of` are the services that were counted. */
export function besideModel(
  organization: Organization,
  counted: ReadonlyMap<string, number>,
  of: readonly Service[] = SERVICES,
): string {
  const { calls } = sweepWork(organization);
  const said = of.map((service) => {
    const measured = OPERATIONS[service].reduce((sum, operation) => sum + (counted.get(operation) ?? 0), 0);
    return `${service} ${measured}, model ${calls[service]}${far(measured, calls[service])}`;
  });
  return `calls beside the model (${100 * MARGIN} %): ${said.join('; ')}`;
}

/** What says that one number is not within the margin of the other; a handful of calls more or less does not matter. */
export function far(measured: number, model: number, margin = MARGIN): string {
  const difference = measured - model;
  if (Math.abs(difference) <= Math.max(5, margin * model)) return '';
  return ` (${difference > 0 ? '+' : ''}${((100 * difference) / model).toFixed(0)} %, OUTSIDE)`;
}
