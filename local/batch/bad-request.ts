import { AwsError } from '../errors.ts';

/** CreateJob's answer to a request that cannot be a job. */
export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message, 400);
}

/** Name of a general purpose bucket from its ARN. Throws BadRequestException for anything else. */
export function bucketOfArn(arn: string | undefined, member: string): string {
  const name = /^arn:aws[a-z-]*:s3:::([^/]+)$/.exec(arn ?? '')?.[1];
  if (name === undefined)
    throw badRequest(`${member} must be a bucket ARN such as arn:aws:s3:::name, found ${arn ?? 'nothing'}`);
  if (name.endsWith('--x-s3')) throw badRequest(`${member} must not be a directory bucket, found ${name}`);
  return name;
}
