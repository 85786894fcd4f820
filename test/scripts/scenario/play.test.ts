import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placesFor } from '../../../scripts/scenario/place.ts';
import { type Casting, expectedVerdict, type Kind, KINDS, plays } from '../../../scripts/scenario/play.ts';

const PLACES = placesFor('alias/reseal');

function cast(over: Partial<Casting> = {}) {
  const casting = { places: PLACES, buckets: 1, exemptBucket: 'left-alone', flappingRepairs: 3 };
  return plays({ ...casting, algorithm: 'aws:kms', observe: false, ...over });
}

function verdicts(algorithm: string, observe = false): Record<string, Kind[]> {
  const found: Record<string, Kind[]> = {};
  for (const kind of KINDS) (found[expectedVerdict(kind, { algorithm, observe })] ??= []).push(kind);
  return found;
}

const HELD: Kind[] = [
  'later-load-balancer-logs',
  'later-access-logs',
  'cloudtrail-logs',
  'replication-source',
  'foreign-reader',
  'public-website',
  'access-point',
];
const LEFT: Kind[] = ['already-right', 'dsse', 'access-log-target', 'load-balancer-logs'];
const REPAIRED: Kind[] = ['new', 'encryption-deleted', 'weakened', 'existing-objects', 'directory'];

describe('the expected verdict', () => {
  for (const algorithm of ['aws:kms', 'aws:kms:dsse']) {
    test(`under ${algorithm} is a hold for whoever would be locked out`, () => {
      assert.deepEqual(verdicts(algorithm), {
        repair: REPAIRED,
        compliant: LEFT,
        exempt: ['exempt'],
        unreadable: ['unreadable'],
        hold: [...HELD, 'flapping'],
      });
    });
  }

  test('under SSE-S3 is never a repair, because nothing is below it', () => {
    const compliant = KINDS.filter((kind) => kind !== 'exempt' && kind !== 'unreadable');
    assert.deepEqual(verdicts('AES256'), { compliant, exempt: ['exempt'], unreadable: ['unreadable'] });
  });

  test('in observe mode is never flapping, because nothing comes back', () => {
    const { repair, hold } = verdicts('aws:kms', true);
    assert.deepEqual({ repair, hold }, { repair: [...REPAIRED, 'flapping'], hold: HELD });
  });
});

describe('the cast', () => {
  test('has one bucket of each kind, however few are asked for', () => {
    assert.deepEqual(
      cast().map(({ kind }) => kind),
      [...KINDS],
    );
  });

  test('repeats every kind but the exempt one, whose name the policy gives', () => {
    const kinds = cast({ buckets: 50 }).map(({ kind }) => kind);
    const counts = KINDS.map((kind) => kinds.filter((each) => each === kind).length);
    assert.equal(kinds.length, 50);
    assert.equal(counts[KINDS.indexOf('exempt')], 1);
    assert.ok(counts.every((count, at) => KINDS[at] === 'exempt' || count >= 2));
  });

  test('leaves out what the policy has not, or would take too long', () => {
    const kinds = cast({ exemptBucket: undefined, flappingRepairs: 6 }).map(({ kind }) => kind);
    assert.deepEqual(
      KINDS.filter((kind) => !kinds.includes(kind)),
      ['exempt', 'flapping'],
    );
  });

  test('plays in every place, the exempt bucket in the first', () => {
    const played = cast();
    assert.deepEqual(new Set(played.map(({ place }) => place)), new Set(PLACES));
    assert.deepEqual(played.find(({ kind }) => kind === 'exempt')?.place, PLACES[0]);
  });

  test('has names that S3 takes, each once, and a zone in those of directory buckets', () => {
    const names = ['eu-west-1', 'us-east-1', 'ap-northeast-2', 'ca-central-1'].flatMap((region) =>
      cast({ places: [{ account: '111111111111', region }], buckets: 100 }).map(({ bucket }) => bucket),
    );
    assert.deepEqual(
      names.filter((name) => !/^[a-z0-9][a-z0-9-]{1,45}[a-z0-9]$/.test(name)),
      [],
    );
    const zones = names.flatMap((name) => /--(.*)--x-s3$/.exec(name)?.[1] ?? []);
    assert.deepEqual(new Set(zones), new Set(['euw1-az1', 'use1-az1', 'apne2-az1', 'cac1-az1']));
    const named = cast({ buckets: 100 }).map(({ bucket }) => bucket);
    assert.equal(new Set(named).size, named.length);
  });
});
