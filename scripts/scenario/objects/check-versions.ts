import { meets, type Wanted } from '../wanted.ts';
import { meansIt, type Naming, namingOf } from './namings.ts';
import { type ObjectVersion, versionName } from './object-version.ts';

/** How an object is to end: brought to its standard in place or by a copy, left as it was because nothing is to be done, or named. */
export type ObjectEnd = 'updated' | 'copied' | 'kept' | 'named';

/** A version as it was before Reseal, or as somebody wrote it meanwhile, and what is to become of it. */
export interface Cast extends ObjectVersion {
  class: string;
  end: ObjectEnd;
}

export interface Evidence {
  before: readonly Cast[];
  after: readonly ObjectVersion[];
  namings: readonly Naming[];
  /** The standard of each bucket. */
  wanted: (bucket: string) => Wanted;
}

/** What became of the objects of one class. */
export interface ClassResult {
  class: string;
  expected: ObjectEnd;
  objects: number;
  updated: number;
  copied: number;
  /** As they were, and nothing was to be done. */
  kept: number;
  named: number;
  /** Below the standard, and nobody says so. */
  silent: number;
  /** By which codes they are named. */
  codes: string[];
}

export interface Checked {
  classes: ClassResult[];
  /** In words: what was expected, and what was found. */
  offences: string[];
}

interface Found {
  end: ObjectEnd | 'silent';
  code?: string;
  /** What encrypts it now. */
  under?: string | undefined;
  wrong: string[];
}

/**
 * Compares every version with what it was. It knows S3's promises and the standard, and nothing of Reseal: an update changes no byte at rest, no ETag and no
 * date; a copy keeps bytes, metadata, tags and class; nothing is deleted, and nothing appears from nowhere.
 */
export function checkVersions({ before, after, namings, wanted }: Evidence): Checked {
  const later = new Map(after.map((each) => [versionName(each), each]));
  const known = new Set(before.map(versionName));
  const added = Map.groupBy(
    after.filter((each) => !known.has(versionName(each))),
    keyName,
  );
  const earlier = Map.groupBy(before, keyName);
  const found = before.map((was) => {
    const copies = (added.get(keyName(was)) ?? []).filter((each) => !each.isMarker && isCopyOf(each, was));
    return { was, ...becameOf(was, later.get(versionName(was)), copies, { namings, wanted }) };
  });
  return {
    classes: [...Map.groupBy(found, ({ was }) => was.class)].map(([name, its]) => classResult(name, its)),
    offences: [
      ...found.flatMap((each) => [...each.wrong, ...unexpected(each)].map(named(each.was))),
      ...[...added.values()].flat().flatMap((each) => fromNowhere(each, earlier.get(keyName(each)) ?? [])),
      ...before.filter(({ isCurrent }) => isCurrent).flatMap((was) => hidden(was, after, later)),
    ],
  };
}

function keyName({ bucket, key }: ObjectVersion): string {
  return JSON.stringify([bucket, key]);
}

function named({ class: kind, bucket, key, versionId }: Cast): (wrong: string) => string {
  const which = versionId === 'null' ? '' : ` version ${versionId}`;
  return (wrong) => `${kind}: s3://${bucket}/${short(key)}${which}: ${wrong}`;
}

const SHOWN = 60;

function short(key: string): string {
  const text = JSON.stringify(key).slice(1, -1);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function becameOf(
  was: Cast,
  now: ObjectVersion | undefined,
  copies: readonly ObjectVersion[],
  { namings, wanted }: Pick<Evidence, 'namings' | 'wanted'>,
): Found {
  if (now === undefined) return { end: 'silent', wrong: ['expected it to be there, found it deleted'] };
  if (was.isMarker) return { end: 'kept', wrong: differences(was, now, ['isMarker', 'lastModified']) };
  const isInPlace = differences(was, now, AT_REST).length === 0;
  const wrong = isInPlace ? differences(was, now, [...KEPT, 'lock']) : overwritten(was, now);
  const isAbove = (each: ObjectVersion) => meets(seenOf(each), wanted(each.bucket));
  if (isAbove(was) && isInPlace) return { end: 'kept', wrong };
  if (isAbove(now)) return { end: isInPlace ? 'updated' : 'copied', wrong };
  // The copy of a current version is the current one now; of what is behind it, nobody reads anything by name.
  if (was.end === 'copied' && copies.some((each) => isAbove(each) && each.isCurrent === was.isCurrent))
    return { end: 'copied', wrong };
  const naming = namingOf(was, namings);
  const under = now.encryption.algorithm;
  return naming === undefined ? { end: 'silent', under, wrong } : { end: 'named', under, code: naming.code, wrong };
}

function seenOf({ encryption: { algorithm, ...key } }: ObjectVersion) {
  return { ...key, algorithm: algorithm === 'SSE-C' ? undefined : algorithm };
}

type Compared = Exclude<keyof ObjectVersion, 'encryption'>;

/** What an update in place leaves. */
const AT_REST = ['etag', 'lastModified', 'ciphertext'] as const;
/** What every method leaves. */
const KEPT = ['bytes', 'stretches', 'metadata', 'tags', 'storageClass', 'acl', 'parts', 'checksum'] as const;

/** Only a copy writes an object anew, and only where there are no versions it replaces one. */
function overwritten(was: Cast, now: ObjectVersion): string[] {
  const lost = differences(was, now, KEPT);
  return was.end === 'copied' ? lost : [...differences(was, now, AT_REST), ...lost];
}

function differences(was: ObjectVersion, now: ObjectVersion, members: readonly Compared[]): string[] {
  return (
    members
      // S3 gives what is written anew a checksum where it had none.
      .filter((member) => was[member] !== now[member] && !(member === 'checksum' && was.checksum === ''))
      .map((member) => `expected the same ${member} as before (${was[member]}), found ${now[member]}`)
  );
}

function isCopyOf(now: ObjectVersion, was: ObjectVersion): boolean {
  return !was.isMarker && differences(was, now, KEPT).length === 0;
}

const TOLD = {
  updated: 'at the standard, in place',
  copied: 'at the standard, by a copy',
  kept: 'as it was',
  named: 'to be named',
} as const satisfies Record<ObjectEnd, string>;

function unexpected({ was, end, code, under = 'none' }: Found & { was: Cast }): string[] {
  if (end === was.end) return [];
  const found = {
    ...TOLD,
    silent: `still under ${under}, and nobody names it`,
    named: `still under ${under}, named ${code}`,
  }[end];
  return [`expected ${TOLD[was.end]}, found ${found}`];
}

/** A version that was not there before is a copy of one that was. */
function fromNowhere(now: ObjectVersion, before: readonly Cast[]): string[] {
  if (!now.isMarker && before.some((was) => isCopyOf(now, was))) return [];
  const what = now.isMarker ? 'a new delete marker' : 'a version that is no copy of one before';
  return [`s3://${now.bucket}/${short(now.key)} version ${now.versionId}: found ${what}`];
}

/** What whoever reads by name gets is what they got before: the version itself or a copy of it. */
function hidden(was: Cast, after: readonly ObjectVersion[], later: ReadonlyMap<string, ObjectVersion>): string[] {
  if (later.get(versionName(was))?.isCurrent === true) return [];
  const current = after.find((each) => each.isCurrent && each.bucket === was.bucket && each.key === was.key);
  if (current !== undefined && isCopyOf(current, was)) return [];
  return [named(was)('expected to be read as before, found another version in front of it')];
}

function classResult(name: string, its: readonly (Found & { was: Cast })[]): ClassResult {
  const count = (end: Found['end']) => its.filter((each) => each.end === end).length;
  return {
    class: name,
    expected: its[0]?.was.end ?? 'kept',
    objects: its.length,
    updated: count('updated'),
    copied: count('copied'),
    kept: count('kept'),
    named: count('named'),
    silent: count('silent'),
    codes: [...new Set(its.flatMap(({ code }) => code ?? []))].toSorted(),
  };
}

/** How `reseal verify` differs from what was read without it: what it leaves out, and what it finds below that is not. */
export function verifiedOtherwise({ after, namings, wanted }: Omit<Evidence, 'before'>): string[] {
  const found = namings.filter(({ by }) => by === 'verify' || by === 'verify-below');
  const byKey = Map.groupBy(found, ({ bucket, key }) => JSON.stringify([bucket, key]));
  return after
    .filter(({ isMarker }) => !isMarker)
    .flatMap((version) => {
      const isBelow = !meets(seenOf(version), wanted(version.bucket));
      const isFound = (byKey.get(keyName(version)) ?? []).some((naming) => meansIt(naming, version));
      if (isBelow === isFound) return [];
      const which = `s3://${version.bucket}/${short(version.key)} version ${version.versionId}`;
      return [
        `verify: ${which}: expected ${isBelow ? 'to be found below' : 'no word'}, found ${isFound ? 'it' : 'none'}`,
      ];
    });
}
