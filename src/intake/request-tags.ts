import { valueAt } from '../problem.ts';

/**
 * The tags that a bucket has after a PutBucketTagging or DeleteBucketTagging, from the record's request, which mirrors the XML:
 * one tag is an object, several are a list. Undefined where the record does not say it in a way that we know.
 */
export function tagsOf(eventName: string, request: unknown): { key: string; value: string }[] | undefined {
  if (eventName === 'DeleteBucketTagging') return [];
  const set = valueAt(request, ['Tagging', 'TagSet']);
  if (set === '') return [];
  const tag = valueAt(set, ['Tag']) ?? set;
  if (tag === undefined) return undefined;
  const tags = (Array.isArray(tag) ? tag : [tag]).map((each) => ({
    key: textOf(valueAt(each, ['Key'])),
    value: textOf(valueAt(each, ['Value']) ?? ''),
  }));
  return tags.every(isTag) ? tags : undefined;
}

/** What looks like a number may have become one on the way from XML to JSON. */
function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function isTag(tag: { key: unknown; value: unknown }): tag is { key: string; value: string } {
  return typeof tag.key === 'string' && typeof tag.value === 'string';
}
