import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isPublicPolicy } from '../../../local/s3/public-policy.ts';

const OPEN = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };
const when = (Condition: object): object => ({ ...OPEN, Condition });

/** The examples of "The meaning of public" in the S3 guide, in our own words. */
const CASES: readonly [name: string, statement: object, isPublic: boolean][] = [
  ['everybody', OPEN, true],
  ['everybody who calls', { ...OPEN, Principal: { AWS: ['111111111111', '*'] } }, true],
  ['an account', { ...OPEN, Principal: { AWS: '111111111111' } }, false],
  ['a service', { ...OPEN, Principal: { Service: 'ses.amazonaws.com' } }, false],
  ['all but one account', { ...OPEN, Principal: undefined, NotPrincipal: { AWS: '111111111111' } }, true],
  ['everybody, denied', { ...OPEN, Effect: 'Deny' }, false],
  ['a VPC', when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } }), false],
  ['any VPC', when({ StringLike: { 'aws:SourceVpc': 'vpc-*' } }), true],
  ['all but a VPC', when({ StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }), true],
  ['a range of addresses', when({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }), false],
  ['the whole internet', when({ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/0'] } }), true],
  ['an organization', when({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }), false],
  ['a distribution', when({ ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::111111111111:distribution/*' } }), false],
  ['the access points of an account', when({ StringEquals: { 's3:DataAccessPointAccount': '111111111111' } }), false],
  ['a browser', when({ StringEquals: { 'aws:UserAgent': 'x' } }), true],
  ['TLS', when({ Bool: { 'aws:SecureTransport': 'true' } }), true],
];

describe('a policy that allows', () => {
  for (const [name, statement, isPublic] of CASES) {
    test(`${name} is ${isPublic ? '' : 'not '}public`, () => {
      assert.equal(isPublicPolicy({ Statement: [statement] }), isPublic);
      assert.equal(isPublicPolicy({ Statement: statement }), isPublic);
    });
  }
});
