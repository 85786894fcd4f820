import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectTaggingCommand,
  RestoreObjectCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { type LocalAws, startLocal } from '../../../../local/start-local.ts';
import { objectsOn } from '../../../../scripts/scenario/embedded-stage.ts';
import { connect } from '../../../../scripts/scenario/endpoint.ts';
import { BUCKETS, CLASSES } from '../../../../scripts/scenario/objects/cast-of-objects.ts';
import { type Cast, checkVersions, verifiedOtherwise } from '../../../../scripts/scenario/objects/check-versions.ts';
import type { Naming } from '../../../../scripts/scenario/objects/namings.ts';
import { keysOfCast, prepareCast } from '../../../../scripts/scenario/objects/prepare-cast.ts';
import { readVersions } from '../../../../scripts/scenario/objects/read-versions.ts';
import type { Wanted } from '../../../../scripts/scenario/wanted.ts';
import { copyByHand, copyInPartsByHand, partsOf, sourceOf } from './copy-by-hand.ts';

const PLACE = { account: '111111111111', region: 'eu-west-1' };
const OBJECTS = 4;

/** An account with the whole cast, brought to its standard by hand: what Reseal is to do, done without it. */
async function mendedByHand() {
  const local = await startLocal({});
  const { s3, kms } = connect(local.endpoint, PLACE);
  const stage = objectsOn(local);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const keys = await keysOfCast(kms, KeyMetadata?.Arn ?? '');
  const cast = await prepareCast({ s3, stage, region: PLACE.region, keys, objects: OBJECTS });
  const wanted: Wanted = { algorithm: 'aws:kms', keyArn: keys.standard, bucketKey: true };
  const mended = { local, s3, cast, wanted };
  await restoreByHand(mended);
  for (const each of cast) await mend(each, mended);
  return mended;
}

type Mended = { local: LocalAws; s3: ReturnType<typeof connect>['s3']; cast: Cast[]; wanted: Wanted };

const at = ({ bucket, key, versionId }: Cast) => ({ Bucket: bucket, Key: key, VersionId: versionId });

/** Every archive that is to be copied can be read afterwards. */
async function restoreByHand({ local, s3, cast }: Mended): Promise<void> {
  const RestoreRequest = { Days: 1, GlacierJobParameters: { Tier: 'Standard' } } as const;
  for (const each of cast)
    if (each.end === 'copied' && ['GLACIER', 'DEEP_ARCHIVE'].includes(each.storageClass))
      await s3.send(new RestoreObjectCommand({ ...at(each), RestoreRequest }));
  const body = JSON.stringify({ forwardHours: 13 });
  await fetch(`${local.endpoint}/_local/clock`, { method: 'POST', body });
}

async function mend(each: Cast, { s3, wanted }: Pick<Mended, 's3' | 'wanted'>) {
  if (each.end === 'updated') {
    const ObjectEncryption = { SSEKMS: { KMSKeyArn: wanted.keyArn, BucketKeyEnabled: true } };
    await s3.send(new UpdateObjectEncryptionCommand({ ...at(each), ObjectEncryption }));
  }
  if (each.end !== 'copied') return;
  const strong = each.class === 'own-dsse' ? { algorithm: 'aws:kms:dsse' as const } : {};
  if (each.parts === '') await copyByHand(each, { s3, wanted: { ...wanted, ...strong } });
  else await copyInPartsByHand(each, { s3, wanted });
}

/** What names the rest: leftovers for what they mean, and a line of its own for everything else. */
function namingsOf(cast: readonly Cast[]): Naming[] {
  const leftovers = [
    ['objects-mixed', 'archived'],
    ['objects-mixed', 'reduced-redundancy'],
    ['objects-locked', 'object-lock'],
    ['objects-acls', 'acls-enabled'],
    ['objects-own', 'archived'],
  ] as const;
  const byKey = [
    'broken',
    'sse-c',
    'old-versions',
    'retained',
    'legal-hold',
    'a-retained',
    'own-broken',
    'own-versions',
    'own-retained',
  ];
  return [
    ...leftovers.map(([bucket, code]): Naming => ({ by: 'leftover', bucket, code })),
    ...cast
      .filter(({ class: kind, end }) => end === 'named' && byKey.includes(kind))
      .map(({ bucket, key, versionId }): Naming => ({ by: 'job', code: 'AccessDenied', bucket, key, versionId })),
  ];
}

async function checked(
  { local, s3, cast, wanted }: Mended,
  namings = namingsOf(cast),
  buckets: readonly string[] = Object.keys(BUCKETS),
) {
  const { stored } = objectsOn(local);
  const read = await Promise.all(buckets.map((bucket) => readVersions(s3, stored(bucket))));
  const before = cast.filter(({ bucket }) => buckets.includes(bucket));
  const wantedIn = (bucket: string): Wanted =>
    bucket === 'objects-own-dsse' ? { ...wanted, algorithm: 'aws:kms:dsse' } : wanted;
  return checkVersions({ before, after: read.flat(), namings, wanted: wantedIn });
}

interface Wrong {
  wrong: string;
  of: string;
  nth?: number;
  isBehind?: boolean;
  act: (was: Cast, mended: Mended) => Promise<unknown>;
  /** What the offence has to say, the word by which a person sees it. */
  found: string[];
}

const inPlace = 'expected the same ';

/** What a re-encryption can do wrong, each done to one object of an account that is right. */
const WRONGS: readonly Wrong[] = [
  {
    wrong: 'a copy that lost its tags',
    of: 'old-standard',
    act: (was, { s3 }) => s3.send(new PutObjectTaggingCommand({ ...named(was), Tagging: { TagSet: [] } })),
    found: [`${inPlace}tags`],
  },
  {
    wrong: 'a copy in another storage class',
    of: 'old-standard-ia',
    act: (was, { s3, wanted }) => copyByHand(was, { s3, wanted }, { StorageClass: 'STANDARD' }),
    found: [`${inPlace}storageClass as before (STANDARD_IA), found STANDARD`],
  },
  {
    wrong: 'a copy that lost its metadata',
    of: 'old-onezone-ia',
    act: (was, { s3, wanted }) => copyByHand(was, { s3, wanted }, { MetadataDirective: 'REPLACE' }),
    found: [`${inPlace}metadata`],
  },
  {
    wrong: 'a copy with other bytes',
    of: 'old-odd-keys',
    act: (was, { s3 }) =>
      s3.send(new PutObjectCommand({ ...named(was), Body: 'other', Tagging: 'project=p%200%20%2B%20more' })),
    found: [`${inPlace}bytes`],
  },
  {
    wrong: 'a copy that lost its grants',
    of: 'own-acls',
    act: (was, { s3, wanted }) => copyByHand({ ...was, acl: '' }, { s3, wanted }),
    found: [`${inPlace}acl`],
  },
  {
    wrong: 'a copy that lost its redirect',
    of: 'own-redirects',
    act: (was, { s3, wanted }) => copyByHand(was, { s3, wanted }, { WebsiteRedirectLocation: undefined }),
    found: [`${inPlace}metadata`],
  },
  {
    wrong: 'a copy in other parts',
    of: 'own-parts',
    act: (was, { s3, wanted }) => {
      const { sizes, ...parts } = partsOf(was);
      const [one = 0, other = 0, ...rest] = sizes;
      return copyInPartsByHand(was, { s3, wanted }, { ...parts, sizes: [other, one, ...rest] });
    },
    found: [`${inPlace}parts`, `${inPlace}checksum`],
  },
  {
    wrong: 'a copy with a checksum of another kind',
    of: 'own-whole-checksum',
    act: (was, { s3, wanted }) =>
      copyInPartsByHand(was, { s3, wanted }, { ...partsOf(was), algorithm: 'SHA256', type: 'COMPOSITE' }),
    found: [`${inPlace}checksum`],
  },
  {
    wrong: 'an archive that was copied out of its class',
    of: 'own-restored-glacier',
    act: async (was, mended) => {
      await restoreByHand({ ...mended, cast: [was] });
      await copyByHand(was, mended, { StorageClass: 'STANDARD' });
    },
    found: [`${inPlace}storageClass as before (GLACIER), found STANDARD`],
  },
  {
    wrong: 'a copy that lost its checksum',
    of: 'own-reduced-redundancy',
    act: (was, { s3, wanted }) => copyByHand(was, { s3, wanted }, { ChecksumAlgorithm: 'CRC32' }),
    found: [`${inPlace}checksum`],
  },
  {
    wrong: 'an update that wrote the object anew: another ETag, another date, other bytes at rest',
    of: 'multipart',
    act: (was, { s3, wanted }) => copyByHand(was, { s3, wanted }),
    found: [`${inPlace}etag`, `${inPlace}ciphertext`],
  },
  {
    wrong: 'an update of an old object that wrote it anew',
    of: 'sse-s3',
    nth: 1,
    act: (was, { s3, wanted }) => copyByHand(was, { s3, wanted }),
    found: [`${inPlace}lastModified`, `${inPlace}ciphertext`],
  },
  {
    wrong: 'an object that is below its standard again, and named by nobody',
    of: 'other-key',
    act: (was, { s3 }) => s3.send(new CopyObjectCommand({ ...named(was), ...plain(was) })),
    found: ['expected at the standard, in place, found still under AES256, and nobody names it'],
  },
  {
    wrong: 'an object under the right key without its Bucket Key',
    of: 'no-bucket-key',
    act: (was, { s3, wanted }) => update(was, s3, { KMSKeyArn: wanted.keyArn, BucketKeyEnabled: false }),
    found: ['still under aws:kms, and nobody names it'],
  },
  {
    wrong: 'a stronger encryption that was lowered',
    of: 'dsse',
    act: (was, { s3 }) => s3.send(new CopyObjectCommand({ ...named(was), ...plain(was) })),
    found: ['expected as it was, found still under AES256, and nobody names it'],
  },
  {
    wrong: 'an object that is gone',
    of: 'sse-s3',
    nth: 2,
    act: (was, { s3 }) => s3.send(new DeleteObjectCommand(named(was))),
    found: ['found it deleted'],
  },
  {
    wrong: 'a version that is gone',
    of: 'versions',
    isBehind: true,
    act: (was, { s3 }) => s3.send(new DeleteObjectCommand(at(was))),
    found: ['found it deleted'],
  },
  {
    wrong: 'a delete marker that nobody asked for',
    of: 'versions',
    nth: 2,
    act: (was, { s3 }) => s3.send(new DeleteObjectCommand(named(was))),
    found: ['found a new delete marker', 'found another version in front of it'],
  },
  {
    wrong: 'an old version that was copied to the front',
    of: 'versions',
    nth: 3,
    isBehind: true,
    act: async (was, { s3, wanted }) =>
      copyByHand(was, { s3, wanted }, { CopySource: `${sourceOf(was)}?versionId=${was.versionId}` }),
    found: ['found another version in front of it'],
  },
  {
    wrong: 'a delete marker that is gone, which brings an object back',
    of: 'deleted',
    act: (was, { s3 }) => s3.send(new DeleteObjectCommand(at(was))),
    found: ['found it deleted'],
  },
  {
    wrong: 'a lock that was taken away',
    of: 'legal-hold',
    act: (was, { s3 }) => s3.send(new PutObjectLegalHoldCommand({ ...at(was), LegalHold: { Status: 'OFF' } })),
    found: [`${inPlace}lock`],
  },
  {
    wrong: 'an object that was to be named, and was written',
    of: 'old-acls',
    act: (was, { s3, wanted }) => copyByHand(was, { s3, wanted }),
    found: ['expected to be named, found at the standard, by a copy'],
  },
  {
    wrong: 'a version behind the current one that nobody names',
    of: 'old-versions',
    isBehind: true,
    act: async () => {},
    found: ['expected to be named, found still under none, and nobody names it'],
  },
];

const named = ({ bucket, key }: Cast) => ({ Bucket: bucket, Key: key });
const plain = (was: Cast) => ({ CopySource: sourceOf(was), ServerSideEncryption: 'AES256' as const });

function update(was: Cast, s3: Mended['s3'], SSEKMS: { KMSKeyArn: string | undefined; BucketKeyEnabled: boolean }) {
  return s3.send(new UpdateObjectEncryptionCommand({ ...at(was), ObjectEncryption: { SSEKMS } }));
}

describe('the checker of objects', () => {
  let mended: Mended;
  before(async () => void (mended = await mendedByHand()));
  after(() => mended.local.close());
  const one = (kind: string, nth = 0, isBehind = false): Cast => {
    const found = mended.cast.filter((each) => each.class === kind && each.isCurrent !== isBehind)[nth];
    assert.ok(found, kind);
    return found;
  };

  test('finds nothing wrong where every object is at its standard or named', async () => {
    const { classes, offences } = await checked(mended);
    assert.deepEqual(offences, []);
    assert.ok(classes.length >= 16);
    // Those of the last class come while Reseal is at work.
    assert.deepEqual(
      CLASSES.map(({ name }) => name).filter((name) => !classes.some((each) => each.class === name)),
      ['upload-in-flight'],
    );
    const sum = (pick: (one: (typeof classes)[number]) => number) => classes.reduce((all, each) => all + pick(each), 0);
    assert.equal(
      sum(({ objects }) => objects),
      mended.cast.length,
    );
    assert.equal(
      sum(({ silent }) => silent),
      0,
    );
  });

  for (const { wrong, of, nth = 0, isBehind = false, act, found } of WRONGS) {
    test(`finds ${wrong}`, async () => {
      const was = one(of, nth, isBehind);
      await act(was, mended);
      const namings = namingsOf(mended.cast).filter(({ key }) => key !== was.key || !isBehind);
      const { offences } = await checked(mended, namings, [was.bucket]);
      const its = offences.filter((offence) => offence.includes(was.key.slice(0, 40)));
      assert.deepEqual(
        found.filter((part) => !its.some((offence) => offence.includes(part))),
        [],
        `${was.key}\n${its.join('\n')}`,
      );
    });
  }

  test('finds an object that a naming of another kind, bucket, key or version does not mean', async () => {
    const was = one('old-glacier');
    const wrongs: Naming[] = [
      { by: 'leftover', bucket: was.bucket, code: 'reduced-redundancy' },
      { by: 'leftover', bucket: was.bucket, code: 'constructor' },
      { by: 'leftover', bucket: 'objects-acls', code: 'archived' },
      { by: 'job', bucket: was.bucket, code: 'AccessDenied', key: 'another' },
      { by: 'job', bucket: was.bucket, code: 'AccessDenied', key: was.key, versionId: 'another' },
    ];
    for (const naming of wrongs) {
      const { offences } = await checked(mended, [naming], [was.bucket]);
      assert.ok(offences.some((offence) => offence.includes(was.key) && offence.includes('nobody names it')));
    }
  });

  test('finds what reseal verify leaves out, and what it finds that is right', async () => {
    const { stored } = objectsOn(mended.local);
    const after = await readVersions(mended.s3, stored('objects-locked'));
    const finding = ({ bucket, key, versionId }: (typeof after)[number]): Naming => {
      return { by: 'verify', code: 'any', bucket, key, versionId };
    };
    const below = after.filter(({ encryption: { keyId } }) => keyId !== mended.wanted.keyArn);
    const right = after.find(({ encryption: { keyId } }) => keyId === mended.wanted.keyArn);
    assert.ok(below.length > 1 && right !== undefined);
    const all = below.map(finding);
    const wanted = () => mended.wanted;
    assert.deepEqual(verifiedOtherwise({ after, wanted, namings: all }), []);
    const [left] = verifiedOtherwise({ after, wanted, namings: all.slice(1) });
    assert.match(left ?? '', /expected to be found below, found none$/);
    const [extra] = verifiedOtherwise({ after, wanted, namings: [...all, finding(right)] });
    assert.match(extra ?? '', /expected no word, found it$/);
  });
});
