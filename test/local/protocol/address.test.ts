import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAddress } from '../../../local/protocol/address.ts';

/** A bucket of a host name, or a website with its Region. */
const HOSTS: readonly [host: string, bucket: string | undefined, site?: [bucket: string, region: string]][] = [
  ['data.localhost:4599', 'data'],
  ['my.data.localhost', 'my.data'],
  ['s3.localhost', undefined],
  ['data.s3.eu-west-1.amazonaws.com', 'data'],
  ['site.s3-website-eu-west-1.localhost', undefined, ['site', 'eu-west-1']],
  ['www.example.com.s3-website.eu-central-1.localhost:80', undefined, ['www.example.com', 'eu-central-1']],
  ['site.s3-website-us-gov-west-1.amazonaws.com', undefined, ['site', 'us-gov-west-1']],
  ['site.s3-website-eu-west-1.example.com', undefined],
  ['site.s3-website-eu-west-1.localhost.example.com', undefined],
  ['s3-website-eu-west-1.localhost', 's3-website-eu-west-1'],
];

describe('a host name', () => {
  for (const [host, bucket, site] of HOSTS) {
    test(`${host} names ${site === undefined ? (bucket ?? 'no bucket') : `the website of ${site[0]}`}`, () => {
      const { bucketFromHost, website } = readAddress('/', host);
      assert.deepEqual([bucketFromHost, website], [bucket, site && { bucket: site[0], region: site[1] }]);
    });
  }
});
