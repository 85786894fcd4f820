import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writerAdvice } from '../../src/policy/writer-advice.ts';

test('the advice names the setting by the name that the client has for it', () => {
  const rows: [userAgent: string | undefined, applied: string, part: RegExp][] = [
    ['[aws-cli/2.31.4 md/awscrt#0.27.6]', 'SSE_S3', /--sse AES256/],
    ['[aws-cli/2.31.4 md/awscrt#0.27.6]', 'SSE_C', /--sse-c and --sse-c-key/],
    ['[Boto3/1.40.2 md/Botocore#1.40.2]', 'SSE_S3', /ServerSideEncryption .*ExtraArgs/],
    ['[APN/1.0 HashiCorp/1.0 Terraform/1.9 aws-sdk-go-v2/1.30]', 'SSE_S3', /aws_s3_object/],
    ['[Hadoop 3.4.0, aws-sdk-java/2.25]', 'SSE_S3', /fs\.s3a\.encryption\.algorithm/],
    ['rclone/v1.70', 'SSE_C', /sse_customer_key/],
    [undefined, 'SSE_S3', /without the header x-amz-server-side-encryption\. /],
    ['a browser', 'SSE_C', /headers that begin with x-amz-server-side-encryption-customer-\. .*blockSseC/],
  ];
  for (const [userAgent, applied, part] of rows) assert.match(writerAdvice(applied, userAgent), part);
});
