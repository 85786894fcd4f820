import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { makeBucket, openS3, type OpenedS3 } from './open-s3.ts';

const KEYS = ['a', 'a/1', 'a/2', 'a/b/3', 'b', 'b/1', 'c d', 'ä', '\uff5e', '\u{1f600}'];

async function filled(keys: readonly string[] = KEYS): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  for (const key of keys.toReversed()) opened.aws.buckets.seedObject({ bucket: 'data', key, body: '' });
  return opened;
}

async function list(opened: OpenedS3, input: Partial<ListObjectsV2CommandInput> = {}) {
  const answer = await opened.s3.send(new ListObjectsV2Command({ Bucket: 'data', ...input }));
  return {
    keys: (answer.Contents ?? []).map(({ Key }) => Key),
    prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    count: answer.KeyCount,
    next: answer.NextContinuationToken,
  };
}

describe('ListObjectsV2', () => {
  test('answers keys in UTF-8 byte order', async () => {
    await using opened = await filled();
    assert.deepEqual(await list(opened), { keys: KEYS, prefixes: [], count: 10, next: undefined });
  });

  test('rolls keys up to the delimiter and counts prefixes as keys', async () => {
    await using opened = await filled();
    assert.deepEqual(await list(opened, { Delimiter: '/' }), {
      keys: ['a', 'b', 'c d', 'ä', '\uff5e', '\u{1f600}'],
      prefixes: ['a/', 'b/'],
      count: 8,
      next: undefined,
    });
    assert.deepEqual(await list(opened, { Delimiter: '/', Prefix: 'a/' }), {
      keys: ['a/1', 'a/2'],
      prefixes: ['a/b/'],
      count: 3,
      next: undefined,
    });
  });

  for (const MaxKeys of [1, 2, 3, 7]) {
    test(`pages of ${MaxKeys} lose and repeat nothing, with and without a delimiter`, async () => {
      await using opened = await filled();
      for (const Delimiter of [undefined, '/']) {
        const whole = await list(opened, { Delimiter });
        const keys: (string | undefined)[] = [];
        const prefixes: (string | undefined)[] = [];
        const pages = paginateListObjectsV2({ client: opened.s3 }, { Bucket: 'data', MaxKeys, Delimiter });
        for await (const page of pages) {
          keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
          prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
          assert.ok((page.KeyCount ?? 0) <= MaxKeys);
        }
        assert.deepEqual([keys, prefixes], [whole.keys, whole.prefixes]);
      }
    });
  }

  test('starts after a key, whether it is there or not', async () => {
    await using opened = await filled();
    assert.deepEqual((await list(opened, { StartAfter: 'b' })).keys, KEYS.slice(5));
    assert.deepEqual((await list(opened, { StartAfter: 'a/9' })).keys, KEYS.slice(3));
    assert.deepEqual((await list(opened, { StartAfter: '\u{1f600}' })).keys, []);
  });

  test('encodes keys for URLs where asked, and MaxKeys 0 is an empty whole', async () => {
    await using opened = await filled(['c d+e', 'f/ü']);
    assert.deepEqual((await list(opened, { EncodingType: 'url' })).keys, ['c+d%2Be', 'f/%C3%BC']);
    assert.deepEqual(await list(opened, { MaxKeys: 0 }), { keys: [], prefixes: [], count: 0, next: undefined });
  });

  test('refuses a token that is none', async () => {
    await using opened = await filled();
    const call = opened.s3.send(new ListObjectsV2Command({ Bucket: 'data', ContinuationToken: 'made-up' }));
    await expectSdkError(call, 400, 'InvalidArgument');
  });
});

describe('ListObjects', () => {
  test('pages by marker, which is named only where there is a delimiter', async () => {
    await using opened = await filled();
    const plain = await opened.s3.send(new ListObjectsCommand({ Bucket: 'data', MaxKeys: 4 }));
    assert.deepEqual([plain.IsTruncated, plain.NextMarker], [true, undefined]);
    const next = await opened.s3.send(new ListObjectsCommand({ Bucket: 'data', Marker: 'a/b/3' }));
    assert.deepEqual(
      next.Contents?.map(({ Key }) => Key),
      KEYS.slice(4),
    );
    const rolled = await opened.s3.send(new ListObjectsCommand({ Bucket: 'data', Delimiter: '/', MaxKeys: 2 }));
    assert.equal(rolled.NextMarker, 'a/');
    const after = await opened.s3.send(new ListObjectsCommand({ Bucket: 'data', Delimiter: '/', Marker: 'a/' }));
    assert.deepEqual([after.Contents?.[0]?.Key, after.CommonPrefixes], ['b', [{ Prefix: 'b/' }]]);
  });
});
