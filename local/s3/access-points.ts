import type { AccessPoint } from './access-point.ts';

/** The access points of every account and Region. */
export class AccessPoints {
  readonly #byArn = new Map<string, AccessPoint>();

  add(point: AccessPoint): void {
    this.#byArn.set(point.arn, point);
  }

  remove(arn: string): void {
    this.#byArn.delete(arn);
  }

  byArn(arn: string): AccessPoint | undefined {
    return this.#byArn.get(arn);
  }

  /** The access points of one account and Region in the order of their names. */
  list(accountId: string, region: string): AccessPoint[] {
    const own = this.all().filter((point) => point.accountId === accountId && point.region === region);
    return own.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  ofBucket(bucket: string): AccessPoint[] {
    return this.all().filter((point) => point.bucket === bucket);
  }

  /** What a request names in place of a bucket: an alias, an ARN, or `NAME-ACCOUNT`, which clients make a host name of when given an ARN. */
  find(name: string, region?: string): AccessPoint | undefined {
    if (name.startsWith('arn:')) return this.#byArn.get(name);
    if (name.endsWith('-s3alias')) return this.all().find((point) => point.alias === name);
    const [, pointName, accountId] = /^(.+)-(\d{12})$/.exec(name) ?? [];
    if (pointName === undefined) return undefined;
    const named = this.all().filter((point) => point.name === pointName && point.accountId === accountId);
    return named.find((point) => point.region === region) ?? named[0];
  }

  all(): AccessPoint[] {
    return [...this.#byArn.values()];
  }
}
