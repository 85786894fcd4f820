import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CLOUDFRONT_LOGS,
  deliveredService,
  familyOf,
  principalName,
  type Service,
  serviceOf,
  serviceOfAccount,
} from '../../../src/policy/writers/services.ts';

/** A service whose row has no grant writes under SSE-S3 alone. */
function takes(service: Service | undefined): string | undefined {
  if (service === undefined) return undefined;
  if (service.isUntouched === true) return 'whatever the default is';
  if (service.isUnknown === true) return undefined;
  return service.grant === undefined ? 'sse-s3-only' : 'customer-key';
}

const UNTOUCHED = 'whatever the default is';

describe('the service behind a principal', () => {
  const rows: [principal: string, taken: string | undefined, arn: string | undefined][] = [
    ['logging.s3.amazonaws.com', 'sse-s3-only', undefined],
    ['logdelivery.elasticloadbalancing.amazonaws.com', 'sse-s3-only', undefined],
    ['redshift.amazonaws.com', 'sse-s3-only', undefined],
    ['Redshift.eu-west-1.amazonaws.com', 'sse-s3-only', undefined],
    ['redshift.cn-north-1.amazonaws.com.cn', 'sse-s3-only', undefined],
    ['storage-lens.s3.amazonaws.com', 'customer-key', 's3:*:ACCOUNT:storage-lens/*'],
    ['guardduty.amazonaws.com', UNTOUCHED, undefined],
    ['guardduty.me-south-1.amazonaws.com', UNTOUCHED, undefined],
    ['macie.amazonaws.com', UNTOUCHED, undefined],
    ['inspector2.amazonaws.com', UNTOUCHED, undefined],
    ['export.rds.amazonaws.com', UNTOUCHED, undefined],
    ['athena.amazonaws.com', UNTOUCHED, undefined],
    ['firehose.amazonaws.com', UNTOUCHED, undefined],
    ['glue.amazonaws.com', UNTOUCHED, undefined],
    ['lambda.amazonaws.com', UNTOUCHED, undefined],
    ['appflow.amazonaws.com', UNTOUCHED, undefined],
    ['acm-pca.amazonaws.com', 'customer-key', 'acm-pca:*:ACCOUNT:certificate-authority/*'],
    ['ssm.amazonaws.com', 'customer-key', 'ssm:*:ACCOUNT:resource-data-sync/*'],
    ['workspaces-web.amazonaws.com', 'customer-key', 'workspaces-web:*:ACCOUNT:*'],
    ['billingreports.amazonaws.com', undefined, undefined],
    ['bcm-data-exports.amazonaws.com', undefined, undefined],
    ['ec2.eu-west-1.amazonaws.com', undefined, undefined],
    ['new.amazonaws.com', undefined, undefined],
    ['constructor', undefined, undefined],
  ];
  for (const [principal, taken, arn] of rows) {
    test(`${principal}: ${taken ?? 'nobody has said'}`, () => {
      const service = serviceOf(principal);
      assert.deepEqual([takes(service), service?.grant?.sourceArn], [taken, arn]);
    });
  }
});

describe('what comes through delivery.logs.amazonaws.com', () => {
  const names = (folder: string, bucket = 'logs') => deliveredService(folder, bucket).service;

  test('is known by its folder, in any case', () => {
    assert.equal(names('vpcflowlogs'), 'VPC flow logs');
    assert.equal(names('VPCFLOWLOGS'), names('vpcflowlogs'));
  });

  test('is vended logs by any other folder, also one that every object inherits', () => {
    for (const folder of ['', '*', 'New', 'constructor', '__proto__', 'toString']) {
      assert.deepEqual(
        [names(folder), takes(deliveredService(folder, 'logs'))],
        ['vended logs', 'customer-key'],
        folder,
      );
    }
  });

  test('is of WAF in a bucket of that name', () => {
    assert.equal(names('', 'aws-waf-logs-web'), names('WAFLogs'));
    assert.notEqual(names('WAFLogs'), 'vended logs');
  });
});

describe('a principal with a Region is of the family without one', () => {
  const rows: [principal: string, family: string][] = [
    ['guardduty.me-south-1.amazonaws.com', 'guardduty.amazonaws.com'],
    ['logs.us-gov-west-1.amazonaws.com', 'logs.amazonaws.com'],
    ['logs.cn-north-1.amazonaws.com.cn', 'logs.amazonaws.com'],
    ['Foo.eusc-de-east-1.amazonaws.com', 'foo.amazonaws.com'],
    ['logs.amazonaws.com', 'logs.amazonaws.com'],
    // These are names of their own, and no Region is in them.
    ['delivery.logs.amazonaws.com', 'delivery.logs.amazonaws.com'],
    ['storage-lens.s3.amazonaws.com', 'storage-lens.s3.amazonaws.com'],
    ['logdelivery.elb.amazonaws.com', 'logdelivery.elb.amazonaws.com'],
    ['eu-west-1.amazonaws.com', 'eu-west-1.amazonaws.com'],
    ['a.b.eu-west-1.amazonaws.com', 'a.b.eu-west-1.amazonaws.com'],
    ['logs.eu-west-1.amazonaws.com.evil.org', 'logs.eu-west-1.amazonaws.com.evil.org'],
  ];
  for (const [principal, family] of rows) test(principal, () => assert.equal(familyOf(principal), family));
});

test('a principal has one name, in China too', () => {
  assert.equal(principalName('Logs.amazonaws.com.cn'), 'logs.amazonaws.com');
});

describe('the service that an account delivers for', () => {
  const rows: [account: string, principal: string | undefined, taken?: string][] = [
    ['086441151436', 'cloudtrail.amazonaws.com', 'customer-key'],
    ['113285607260', 'cloudtrail.amazonaws.com', 'customer-key'],
    ['388731089494', 'cloudtrail.amazonaws.com', 'customer-key'],
    ['814480443879', 'cloudtrail.amazonaws.com', 'customer-key'],
    ['127311923021', 'logdelivery.elasticloadbalancing.amazonaws.com'],
    ['156460612806', 'logdelivery.elasticloadbalancing.amazonaws.com'],
    ['193672423079', 'redshift.amazonaws.com'],
    ['111122223333', undefined],
    ['', undefined],
    ['constructor', undefined],
  ];
  for (const [account, principal, taken = 'sse-s3-only'] of rows) {
    test(`${account}: ${principal ?? 'none'}`, () => {
      const service = serviceOfAccount(account);
      assert.equal(service, principal === undefined ? undefined : serviceOf(principal));
      if (principal !== undefined) assert.equal(takes(service), taken);
    });
  }
});

test('CloudFront has a canonical user id', () => assert.match(CLOUDFRONT_LOGS.canonicalUser, /^[0-9a-f]{64}$/));
