import type { Encryption } from '../../../src/policy/model.ts';
import { nextId, ruleNow, type World } from './world.ts';

/** What somebody wrote, and wants to find again. */
export interface Content {
  bytes: number;
  metadata: string;
  tags: string;
  storageClass: string;
}

/** One version of an object; a bucket that keeps none has one of each key. */
export interface StoredObject {
  key: number;
  version: string;
  life: number;
  writtenMs: number;
  /** The change of the bucket whose rule encrypted it. */
  change: number;
  rule: Encryption;
  /** What encrypts it since a job, where there was one. */
  reencrypted?: Encryption;
  /** When that job updated it in place. */
  updatedMs?: number;
  /** How many tasks on it fail before one goes through. */
  fails: number;
  content: Content;
  /** A delete marker has no content of its own. */
  isMarker: boolean;
  /** The jobs that have copied it, by their tokens. */
  copies: readonly string[];
}

/** What somebody did to a key. */
export type Written = Pick<StoredObject, 'key' | 'version' | 'life' | 'content' | 'isMarker'>;

/** An object from before S3 encrypted everything, which the bucket has already when its story begins. */
export interface OldObject {
  storageClass: 'STANDARD' | 'STANDARD_IA';
  fails: number;
  /** Versions before it, in a bucket that keeps them. */
  older: number;
}

const OLD_MS = Date.parse('2022-06-01T12:00:00Z');
const NOT_ENCRYPTED: Encryption = {};

export function isEncrypted(encryption: Encryption): boolean {
  return encryption.algorithm !== undefined;
}

export function encryptionOf({ rule, reencrypted }: StoredObject): Encryption {
  return reencrypted ?? rule;
}

const LARGE_BYTES = 300 * 1024 ** 2;

/** Every third is large, so that our own function makes it a piece of its own. */
export function sizeOf({ content: { bytes } }: StoredObject): number {
  return bytes % 3 === 0 ? LARGE_BYTES : 1;
}

/** Each write has another, a copy under KMS too. */
export function etagOf({ content: { bytes }, copies }: StoredObject): string {
  return `"${bytes}.${copies.length}"`;
}

/** What is there, without what an earlier bucket of the name had. */
export function versionsIn({ objects, life, exists }: World): StoredObject[] {
  return exists ? objects.filter((each) => each.life === life) : [];
}

/** The newest version of a key, a delete marker too. */
export function newestOf(world: World, key: number): StoredObject | undefined {
  return world.objects.findLast((each) => each.life === world.life && each.key === key);
}

/** What a listing of the bucket shows. */
export function currentIn(world: World): StoredObject[] {
  const newest = new Map(versionsIn(world).map((each) => [each.key, each]));
  return [...newest.values()].filter(({ isMarker }) => !isMarker);
}

export function isCurrent(world: World, object: StoredObject): boolean {
  return newestOf(world, object.key) === object;
}

export function writeObject(world: World, over: Partial<StoredObject> = {}): void {
  if (!world.exists) return;
  const id = nextId(world);
  const content = { bytes: id, metadata: `metadata ${id}`, tags: `tags ${id}`, storageClass: 'STANDARD' };
  add(world, {
    key: id,
    version: world.isVersioned ? `v${id}` : 'null',
    life: world.life,
    writtenMs: Math.floor(world.nowMs / 1_000) * 1_000,
    change: world.changes.length - 1,
    rule: ruleNow(world),
    fails: 0,
    content,
    isMarker: false,
    copies: [],
    ...over,
  });
}

/** Somebody writes over an object, or deletes it: what was there is an old version then, or gone. */
export function changeObject(world: World, nth: number, how: 'overwrite' | 'remove'): void {
  const here = currentIn(world);
  const object = here[nth % Math.max(1, here.length)];
  if (object === undefined) return;
  writeObject(world, { key: object.key, isMarker: how === 'remove' });
}

export function writeOldObjects(world: World, old: readonly OldObject[]): void {
  for (const { storageClass, fails, older } of old) {
    const key = nextId(world);
    for (let left = world.isVersioned ? older : 0; left >= 0; left -= 1) {
      const id = nextId(world);
      const content = { bytes: id, metadata: `metadata ${id}`, tags: `tags ${id}`, storageClass };
      const writtenMs = OLD_MS - left * 1_000;
      writeObject(world, { key, writtenMs, rule: NOT_ENCRYPTED, fails: left > 0 ? 0 : fails, content });
    }
  }
}

function add(world: World, object: StoredObject): void {
  const { key, version, life, content, isMarker } = object;
  world.written.push({ key, version, life, content, isMarker });
  if (!world.isVersioned) world.objects = world.objects.filter((each) => each.life !== life || each.key !== key);
  // Without versions, a deletion leaves nothing.
  if (world.isVersioned || !isMarker) world.objects.push(object);
}

/** CopyObject in place: a new version of the key, or in place of the only one. */
export function copyInPlace(
  world: World,
  object: StoredObject,
  into: Pick<StoredObject, 'content' | 'reencrypted'>,
  token: string,
): void {
  const copy: StoredObject = {
    ...object,
    ...into,
    writtenMs: Math.floor(world.nowMs / 1_000) * 1_000,
    change: world.changes.length - 1,
    copies: [...object.copies, token],
  };
  if (world.isVersioned) world.objects.push({ ...copy, version: `v${nextId(world)}` });
  else world.objects = world.objects.map((each) => (each === object ? copy : each));
}
