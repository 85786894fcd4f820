import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CLOUDFRONT_LOGS,
  deliveredService,
  principalName,
  type Service,
  serviceOf,
  serviceOfAccount,
} from '../../../src/policy/writers/services.ts';

/** A service whose row has no grant writes under SSE-S3 alone. */
function takes(service: Service | undefined): string | undefined {
  if (service === undefined) return undefined;
  return service.grant === undefined ? 'sse-s3-only' : 'customer-key';
}

describe('the service behind a principal', () => {
  const rows: [principal: string, taken: string | undefined, arn: string | undefined][] = [
    ['logging.s3.amazonaws.com', 'sse-s3-only', undefined],
    ['logdelivery.elasticloadbalancing.amazonaws.com', 'sse-s3-only', undefined],
    ['redshift.amazonaws.com', 'sse-s3-only', undefined],
    ['Redshift.eu-west-1.amazonaws.com', 'sse-s3-only', undefined],
    ['redshift.cn-north-1.amazonaws.com.cn', 'sse-s3-only', undefined],
    ['storage-lens.s3.amazonaws.com', 'customer-key', 'arn:PARTITION:s3:*:ACCOUNT:storage-lens/*'],
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

test('a principal has one name, in China too', () => {
  assert.equal(principalName('Logs.amazonaws.com.cn'), 'logs.amazonaws.com');
});

describe('the service that an account delivers for', () => {
  const rows: [account: string, principal: string | undefined][] = [
    ['127311923021', 'logdelivery.elasticloadbalancing.amazonaws.com'],
    ['156460612806', 'logdelivery.elasticloadbalancing.amazonaws.com'],
    ['193672423079', 'redshift.amazonaws.com'],
    ['111122223333', undefined],
    ['', undefined],
    ['constructor', undefined],
  ];
  for (const [account, principal] of rows) {
    test(`${account}: ${principal ?? 'none'}`, () => {
      const service = serviceOfAccount(account);
      assert.equal(service, principal === undefined ? undefined : serviceOf(principal));
      if (principal !== undefined) assert.equal(takes(service), 'sse-s3-only');
    });
  }
});

test('CloudFront has a canonical user id', () => assert.match(CLOUDFRONT_LOGS.canonicalUser, /^[0-9a-f]{64}$/));
