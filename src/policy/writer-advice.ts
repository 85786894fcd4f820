import { clipped } from '../problem.ts';

/** What each client calls the setting, by how its user agent begins or what it has in it; the first that fits holds. */
const CLIENTS: readonly (readonly [agent: RegExp, ofDefault: string, ofOwnKey: string])[] = [
  [
    /terraform|opentofu|pulumi/i,
    'remove server_side_encryption from the resource aws_s3_object (or encrypt from the backend "s3")',
    'remove the customer key (sse_customer_key of the backend "s3")',
  ],
  [
    /hadoop|s3a|emr|spark/i,
    'remove fs.s3a.encryption.algorithm (fs.s3.enableServerSideEncryption of EMRFS)',
    'remove fs.s3a.encryption.algorithm and fs.s3a.encryption.key',
  ],
  [/aws-cli/i, 'leave out --sse AES256 (of aws s3api: --server-side-encryption)', 'leave out --sse-c and --sse-c-key'],
  [
    /boto3|botocore|aws-sdk|aws-crt|sdk-/i,
    'leave out the member ServerSideEncryption of PutObject, CopyObject and CreateMultipartUpload (of boto3: of ExtraArgs)',
    'leave out the members SSECustomerAlgorithm, SSECustomerKey and SSECustomerKeyMD5',
  ],
  [/rclone/i, 'remove server_side_encryption from the remote', 'remove sse_customer_algorithm and sse_customer_key'],
];

const HEADER = 'x-amz-server-side-encryption';

/** What is to be changed in a client, so that the bucket's default applies to what it writes (S3 API PutObject, request headers). */
export function writerAdvice(applied: string, userAgent = ''): string {
  const isOwnKey = applied === 'SSE_C';
  const sent = isOwnKey ? `the three headers that begin with ${HEADER}-customer-` : `the header ${HEADER}`;
  const known = CLIENTS.find(([agent]) => agent.test(userAgent));
  const setting = known === undefined ? '' : `: ${known[isOwnKey ? 2 : 1]}`;
  const after = isOwnKey
    ? 'What is written so can be read with the key of the client alone: no job of Reseal can change it, so the client must copy its objects itself. blockSseC: on in the policy refuses such writes.'
    : 'What is written so until then, the next sweep brings to the standard.';
  return `Have the client send ${isOwnKey ? 'none of' : 'without'} ${sent}${clipped(setting, 400)}. ${after}`;
}
