import { kindOf } from '../../src/policy/model.ts';

/**
 * The AWS CLI command that writes one encryption rule, as the call takes it, for a POSIX shell. Directory buckets answer 501 to an expected owner (S3 API
 * PutBucketEncryption), so there the option is left out.
 */
export function commandByHand(
  { bucket, account, region }: { bucket: string; account: string; region: string },
  rule: object,
): string {
  const kind = kindOf(bucket);
  if (kind === 'table') {
    return [
      'aws s3tables put-table-bucket-encryption',
      `--region ${quoted(region)}`,
      `--table-bucket-arn ${quoted(bucket)}`,
      `--encryption-configuration ${quoted(JSON.stringify(rule))}`,
    ].join(' \\\n  ');
  }
  const owner = kind === 'directory' ? [] : [`--expected-bucket-owner ${quoted(account)}`];
  return [
    'aws s3api put-bucket-encryption',
    `--region ${quoted(region)}`,
    `--bucket ${quoted(bucket)}`,
    ...owner,
    `--server-side-encryption-configuration ${quoted(JSON.stringify({ Rules: [rule] }))}`,
  ].join(' \\\n  ');
}

function quoted(word: string): string {
  return /^[\w.:/@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
