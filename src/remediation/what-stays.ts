import type { FactSources } from '../aws/bucket/fact-sources.ts';
import type { OwnedBucket } from '../aws/bucket/owned-bucket.ts';
import type { TableCount } from '../aws/bucket/table-bucket.ts';
import type { Fact } from '../policy/facts.ts';
import { kindOf, type Reason } from '../policy/model.ts';

/** What of a bucket no job re-encrypts, because S3 has none for its kind. Never throws. */
export async function whatStays(
  owned: OwnedBucket,
  { facts }: { facts: Pick<FactSources, 'tables'> },
): Promise<Reason[]> {
  const { bucket } = owned;
  switch (kindOf(bucket)) {
    case 'directory': {
      const message = `The objects of directory bucket ${bucket} stay as they are, because S3 has neither UpdateObjectEncryption nor Batch jobs for them: write them again.`;
      return [{ code: 'directory-bucket', message }];
    }
    case 'table': {
      const tables = await facts.tables(owned);
      if (tables.kind === 'read' && tables.value.count === 0) return [];
      const message = `${named(tables)} of table bucket ${bucket} keep the encryption that they were made with, because S3 Tables has no way to change it: make each anew and copy its data where it shall be under the bucket's.`;
      return [{ code: 'existing-tables', message }];
    }
    default:
      return [];
  }
}

function named(tables: Fact<TableCount>): string {
  if (tables.kind === 'unread') return `The existing tables (how many was not read: ${tables.why})`;
  const { count, isMore } = tables.value;
  return `The ${isMore ? 'at least ' : ''}${count.toLocaleString('en-US')} existing tables`;
}
