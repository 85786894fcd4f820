import type { Call } from '../call.ts';
import { conflict, notFound, type TableBucket } from './table-bucket.ts';

const ARN = /^arn:aws:s3tables:[a-z0-9-]+:(\d{12}):bucket\/[^/]+/;

/** The table buckets of every account and Region, by ARN. */
export class TableBuckets {
  #buckets = new Map<string, TableBucket>();

  /** Throws ConflictException where the account has one of that name in the Region. */
  add(bucket: TableBucket): void {
    if (this.#buckets.has(bucket.arn)) {
      throw conflict('The bucket that you tried to create already exists, and you own it.');
    }
    this.#buckets.set(bucket.arn, bucket);
  }

  /** Throws NotFoundException; a Region answers for its own buckets alone. */
  get(arn: string | undefined, { region }: Call): TableBucket {
    const bucket = this.find(arn);
    if (bucket === undefined || bucket.region !== region) throw notFound('The specified bucket does not exist.');
    return bucket;
  }

  find(arn: string | undefined): TableBucket | undefined {
    return this.#buckets.get(arn ?? '');
  }

  delete(arn: string): void {
    this.#buckets.delete(arn);
  }

  /** Those of the caller's account in the Region of the call, by name. */
  of({ caller, region }: Call): TableBucket[] {
    const own = [...this.#buckets.values()].filter((one) => one.account === caller.accountId && one.region === region);
    return own.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** The account in the ARN of a table bucket or of what is in one; undefined for any other text. */
export function ownerIn(arn: string): string | undefined {
  return ARN.exec(arn)?.[1];
}
