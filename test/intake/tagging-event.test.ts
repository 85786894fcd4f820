import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resourcesTagged, tagsSaid } from '../../src/intake/tagging-event.ts';

const A = { key: 'a', value: '1' };

describe('a PutBucketTagging states the whole set', () => {
  const rows: [name: string, tagSet: unknown, tags: unknown][] = [
    ['of one tag', { Tag: { Key: 'a', Value: '1' } }, [A]],
    [
      'of several',
      {
        Tag: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '' },
        ],
      },
      [A, { key: 'b', value: '' }],
    ],
    ['without the name of its entries', [{ Key: 'a', Value: '1' }], [A]],
    ['of numbers and truth values', { Tag: { Key: 7, Value: true } }, [{ key: '7', value: 'true' }]],
    ['of a tag without a value', { Tag: { Key: 'a' } }, [{ key: 'a', value: '' }]],
    ['of no tags', '', []],
    ['of an empty list', { Tag: [] }, []],
  ];
  for (const [name, TagSet, tags] of rows) {
    test(name, () => assert.deepEqual(tagsSaid('PutBucketTagging', { Tagging: { TagSet } }), { tags }));
  }
});

describe('what is not said in a way that we know is not said', () => {
  const rows: [name: string, request: unknown][] = [
    ['no Tagging', {}],
    ['no TagSet', { Tagging: {} }],
    ['a TagSet of nothing', { Tagging: { TagSet: null } }],
    ['an empty TagSet', { Tagging: { TagSet: {} } }],
    ['a tag without a Key', { Tagging: { TagSet: { Tag: { Value: '1' } } } }],
    ['one of two tags without a Key', { Tagging: { TagSet: { Tag: [{ Key: 'a', Value: '1' }, { Value: '2' }] } } }],
    ['a Key that is a list', { Tagging: { TagSet: { Tag: { Key: ['a'], Value: '1' } } } }],
    ['a Value that is a mapping', { Tagging: { TagSet: { Tag: { Key: 'a', Value: {} } } } }],
    ['no request', undefined],
    ['a request that is text', 'HIDDEN_DUE_TO_SECURITY_REASONS'],
  ];
  for (const [name, request] of rows) {
    test(`PutBucketTagging: ${name}`, () => assert.deepEqual(tagsSaid('PutBucketTagging', request), {}));
  }
  test('TagResource and UntagResource without tags', () => {
    for (const name of ['TagResource', 'UntagResource']) {
      assert.deepEqual(tagsSaid(name, { resourceArn: 'arn:aws:s3:::data' }), { someTags: true });
      assert.deepEqual(tagsSaid(name, null), { someTags: true });
    }
  });
});

test('a DeleteBucketTagging leaves none, whatever its request says', () => {
  assert.deepEqual(tagsSaid('DeleteBucketTagging', { Tagging: { TagSet: { Tag: { Key: 'a' } } } }), { tags: [] });
});

describe('a TagResource states the tags that it sets, however it is spelt', () => {
  const rows: [name: string, request: unknown][] = [
    ['as the API names them', { tags: [{ key: 'a', value: '1' }] }],
    ['as its XML does', { TagResourceRequest: { Tags: { Tag: { Key: 'a', Value: 1 } } } }],
    ['in a list of its own', { Tags: { member: [{ Key: 'a', Value: '1' }] } }],
    ['as a set', { TagSet: { tag: { key: 'a', value: '1' } } }],
    ['beside what only begins or ends so', { tagsets: 1, mytags: 2, tags: [{ key: 'a', value: '1' }], tagKeys: ['b'] }],
    [
      'deep in an element, after others',
      { a: 'x', b: null, c: ['tags'], d: { e: { TAGS: [{ key: 'a', value: 1 }] } } },
    ],
  ];
  for (const [name, request] of rows) {
    test(name, () => assert.deepEqual(tagsSaid('TagResource', request), { tags: [A], someTags: true }));
  }
});

describe('an UntagResource states the keys that it takes away', () => {
  const rows: [name: string, request: unknown][] = [
    ['a list', { tagKeys: ['a'] }],
    ['one', { tagKeys: 'a' }],
    ['with a name', { TagKeys: { TagKey: ['a'] } }],
    ['with a name in small letters', { TagKeys: { tagKey: 'a' } }],
    ['as members', { tagkeys: { member: 'a' } }],
    ['beside what only begins or ends so', { tagkeysX: ['x'], xtagkeys: ['x'], tags: ['x'], tagKeys: ['a'] }],
  ];
  for (const [name, request] of rows) {
    test(name, () =>
      assert.deepEqual(tagsSaid('UntagResource', request), { tags: [{ key: 'a', value: '' }], someTags: true }),
    );
  }
});

describe('the resource of a call', () => {
  const of = (detail: unknown) => resourcesTagged(detail).buckets;

  test('is a bucket by its ARN, wherever in the request that is', () => {
    const rows: [request: unknown, bucket: string][] = [
      [{ resourceArn: 'arn:aws:s3:::data' }, 'data'],
      [{ Host: 'x', ResourceArn: 'arn%3Aaws%3As3%3A%3A%3Adata' }, 'data'],
      [{ TagResourceRequest: { ResourceArn: 'arn:aws-us-gov:s3:::data' } }, 'data'],
      [{ resourceArn: 'arn:aws:s3express:eu-west-1:111122223333:bucket/a--euw1-az1--x-s3' }, 'a--euw1-az1--x-s3'],
      [{ resourceArn: 'arn:aws:s3express:eu-west-1:111122223333:bucket%2Fa--euw1-az1--x-s3' }, 'a--euw1-az1--x-s3'],
    ];
    for (const [requestParameters, bucket] of rows) assert.deepEqual(of({ requestParameters }), [bucket]);
  });

  test('is in the list of the record where the request does not name it', () => {
    const resources = [{ accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::data' }];
    assert.deepEqual(of({ requestParameters: { tags: [] }, resources }), ['data']);
    const other = { resourceArn: 'arn:aws:s3:eu-west-1:111122223333:accesspoint/point' };
    assert.deepEqual(of({ requestParameters: other, resources }), []);
  });

  test('is each that the request names once, beside what is no ARN, and every ARN of the record where it names none', () => {
    const arns = ['arn:aws:s3:::one', 'arn:aws:s3:::two'];
    const asked = { resourceArn: arns[0], again: [arns[0], { deep: arns[1] }], other: 'x arn:aws:s3:::three', n: 4 };
    assert.deepEqual(resourcesTagged({ requestParameters: asked }), { buckets: ['one', 'two'], arns });
    const resources = [...arns, arns[0]].map((ARN) => ({ ARN }));
    assert.deepEqual(resourcesTagged({ resources }), { buckets: ['one', 'two'], arns });
    for (const detail of [undefined, null, {}, { requestParameters: null, resources: null }]) {
      assert.deepEqual(resourcesTagged(detail), { buckets: [], arns: [] });
    }
  });

  test('is found beside members whose names only look like those of tags', () => {
    const arn = 'arn:aws:s3:::data';
    for (const name of ['stage', 'tagged', 'mytags', 'tagsets', 'tagsetter'])
      assert.deepEqual(of({ requestParameters: { [name]: arn } }), ['data']);
    for (const name of ['tag', 'Tags', 'TagSet', 'tagkey', 'TagKeys'])
      assert.deepEqual(of({ requestParameters: { [name]: arn } }), []);
  });

  test('is none that stands in a tag', () => {
    const text = 'arn:aws:s3:::somebody-elses';
    for (const tags of [
      { tags: [{ key: text, value: text }] },
      { Tags: { Tag: { Key: 'a', Value: text } } },
      { tagKeys: [text] },
    ]) {
      assert.deepEqual(resourcesTagged({ requestParameters: { ...tags } }), { buckets: [], arns: [] });
      assert.deepEqual(of({ requestParameters: { resourceArn: 'arn:aws:s3:::data', ...tags } }), ['data']);
    }
  });

  test('is no bucket where its ARN is of anything else', () => {
    for (const resourceArn of [
      'arn:aws:s3:eu-west-1:111122223333:accesspoint/point',
      'arn:aws:s3:eu-west-1:111122223333:storage-lens/board',
      'arn:aws:s3:eu-west-1:111122223333:storage-lens-group/group',
      'arn:aws:s3:eu-west-1:111122223333:access-grants/default',
      'arn:aws:s3:::data/an-object',
      'arn:aws:s3express:eu-west-1:111122223333:accesspoint/a--euw1-az1--xa-s3',
      'arn:aws:s3tables:eu-west-1:111122223333:bucket/tables',
      'arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
      'arn:aws:kms:eu-west-1:111122223333:key/1',
      'arn:aws:s3express:eu-west-1:11112222333:bucket/a--euw1-az1--x-s3',
      'arn:aws:s3express:eu-west-1:111122223333:bucket/',
      'arn:aws:s3:::',
      'arn:x:arn:aws:s3:::data',
    ]) {
      assert.deepEqual(resourcesTagged({ requestParameters: { resourceArn } }), { buckets: [], arns: [resourceArn] });
    }
  });
});
