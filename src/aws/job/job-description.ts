/** What a job is for, carried in its Description: ListJobs and DescribeJob return neither the token nor, for some states, the bucket. */
export interface JobWork {
  bucket: string;
  token: string;
  objectClass: string;
  method: string;
}

const PREFIX = 'reseal';

/** At most 256 characters (CreateJob Description): at most 115 for the bucket, 40 for the token, the rest is short. */
export function describeWork({ bucket, token, objectClass, method }: JobWork): string {
  return [PREFIX, token, objectClass, method, bucket].join(' ');
}

/** The work that a Description names; `undefined` where it is not one of Reseal's making. */
export function readWork(description: string | undefined): JobWork | undefined {
  const [prefix, token, objectClass, method, bucket, ...rest] = (description ?? '').split(' ');
  if (prefix !== PREFIX || rest.length > 0) return undefined;
  if (token === undefined || objectClass === undefined || method === undefined || bucket === undefined)
    return undefined;
  return { bucket, token, objectClass, method };
}
