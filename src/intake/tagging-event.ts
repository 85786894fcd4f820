import { valueAt } from '../problem.ts';

/** What a tagging call says of tags: their values after it, where '' stands for a tag that is not there (any more). */
export interface SaidTags {
  /** Absent where the record does not say it in a way that we know. */
  tags?: { key: string; value: string }[];
  /** True where only some tags are spoken of: of the others the call says nothing. */
  someTags?: boolean;
}

/**
 * What a record's request says of a bucket's tags. PutBucketTagging replaces the whole set, and its request mirrors the XML: one tag is an object,
 * several are a list. S3 Control's TagResource names the tags that it sets, UntagResource the keys that it takes away (API TagResource,
 * UntagResource); how CloudTrail writes those two is not documented, so both spellings of their members are read.
 */
export function tagsSaid(eventName: string, request: unknown): SaidTags {
  switch (eventName) {
    case 'DeleteBucketTagging':
      return { tags: [] };
    case 'PutBucketTagging':
      return listed(valueAt(request, ['Tagging', 'TagSet']), readTag);
    case 'TagResource':
      return { ...listed(memberOf(request, SET), readTag), someTags: true };
    case 'UntagResource':
      return { ...listed(memberOf(request, REMOVED), readKey), someTags: true };
    default:
      return {};
  }
}

/** S3 buckets by their ARN (Service Authorization Reference, Amazon S3 and S3 Express): no object, access point or storage lens. */
const BUCKET = /^arn:[^:]+:(?:s3:::|s3express:[^:]+:\d{12}:bucket\/)([^/]+)$/;

/**
 * The names of the buckets that a TagResource or UntagResource is about, and every ARN that was looked at. The request counts first; the record's
 * list of resources only where the request has no ARN. An ARN among the tags is somebody's text.
 */
export function resourcesTagged(detail: unknown): { buckets: string[]; arns: string[] } {
  const asked = [...new Set(arnsIn(valueAt(detail, ['requestParameters'])))];
  const arns = asked.length > 0 ? asked : [...new Set(arnsIn(valueAt(detail, ['resources'])))];
  return { arns, buckets: arns.flatMap((arn) => BUCKET.exec(arn)?.[1] ?? []) };
}

const SET = /^(?:tags|tagset)$/i;
const REMOVED = /^tagkeys$/i;
const OF_TAGS = /^tag(?:s|set|keys?)?$/i;

function arnsIn(value: unknown): string[] {
  if (typeof value === 'string') return asArn(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => (OF_TAGS.test(name) ? [] : arnsIn(member)));
}

/** A part of a URL comes as it was sent. */
function asArn(text: string): string[] {
  const plain = text.replaceAll(/%(?:3a|2f)/gi, (code) => (/3a/i.test(code) ? ':' : '/'));
  return plain.startsWith('arn:') ? [plain] : [];
}

/** The member of this name, in the request or in the element that its XML is wrapped in. */
function memberOf(request: unknown, name: RegExp): unknown {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return undefined;
  const members = Object.entries(request);
  const found = members.find(([each]) => name.test(each))?.[1];
  return found ?? members.map(([, member]) => memberOf(member, name)).find((member) => member !== undefined);
}

type Tag = { key: string; value: string };

/** A list as CloudTrail writes one: the list itself, one entry without a list, or either under the name of the entries. */
function listed(set: unknown, read: (entry: unknown) => Tag | undefined): SaidTags {
  if (set === undefined) return {};
  if (set === '') return { tags: [] };
  const entries = [...ENTRIES.map((name) => valueAt(set, [name])), set].find((each) => each !== undefined);
  const tags = (Array.isArray(entries) ? entries : [entries]).map(read);
  return tags.every((tag) => tag !== undefined) ? { tags } : {};
}

const ENTRIES = ['Tag', 'tag', 'member', 'TagKey', 'tagKey'];

function readTag(entry: unknown): Tag | undefined {
  const key = textOf(valueAt(entry, ['Key']) ?? valueAt(entry, ['key']));
  const value = textOf(valueAt(entry, ['Value']) ?? valueAt(entry, ['value']) ?? '');
  return key === undefined || value === undefined ? undefined : { key, value };
}

function readKey(entry: unknown): Tag | undefined {
  const key = textOf(entry);
  return key === undefined ? undefined : { key, value: '' };
}

/** What looks like a number may have become one on the way from XML to JSON. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : undefined;
}
