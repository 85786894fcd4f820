import type {
  ReplicationRule,
  ReplicationRuleAndOperator,
  ReplicationRuleFilter,
  ReplicationRuleNotOperator,
  Tag,
} from '@aws-sdk/client-s3';
import { isNewSchema } from './replication-rule.ts';
import type { StoredObject } from './stored-object.ts';

type Named = Pick<StoredObject, 'key' | 'tags'>;

/** A filter has at most one member, and what it excludes has exactly one (API ReplicationRuleFilter, ReplicationRuleNotOperator). */
export function isFilter({ Prefix, Tag: tag, And: both, Not: not }: ReplicationRuleFilter): boolean {
  const exclusions = [not, both?.Not].filter((one) => one !== undefined);
  return countOf(Prefix, tag, both, not) <= 1 && exclusions.every(isExclusion);
}

/** Whether a rule takes an object by its key and tags. */
export function means(rule: ReplicationRule, object: Named): boolean {
  if (!isNewSchema(rule)) return object.key.startsWith(rule.Prefix ?? '');
  const { Prefix: prefix, Tag: tag, And: both, Not: not } = rule.Filter ?? {};
  const tags = tag === undefined ? [] : [tag];
  return (
    takes({ ...(prefix === undefined ? {} : { Prefix: prefix }), Tags: tags, Not: not }, object) &&
    takes(both ?? {}, object)
  );
}

function isExclusion({ Prefix, Tag: tag, Or: either }: ReplicationRuleNotOperator): boolean {
  if (countOf(Prefix, tag, either) !== 1) return false;
  return either === undefined || [...(either.Prefixes ?? []), ...(either.Tags ?? [])].length > 0;
}

function takes({ Prefix: prefix = '', Tags: tags = [], Not: not }: ReplicationRuleAndOperator, object: Named): boolean {
  return object.key.startsWith(prefix) && tags.every((tag) => has(object, tag)) && !excludes(not, object);
}

/** Any one of what is named is enough to leave an object out. */
function excludes({ Prefix: prefix, Tag: tag, Or: either }: ReplicationRuleNotOperator = {}, object: Named): boolean {
  const prefixes = [...(prefix === undefined ? [] : [prefix]), ...(either?.Prefixes ?? [])];
  const tags = [...(tag === undefined ? [] : [tag]), ...(either?.Tags ?? [])];
  return prefixes.some((one) => object.key.startsWith(one)) || tags.some((one) => has(object, one));
}

function has({ tags }: Named, wanted: Tag): boolean {
  return tags.some(({ Key, Value }) => Key === wanted.Key && Value === wanted.Value);
}

function countOf(...members: readonly unknown[]): number {
  return members.filter((member) => member !== undefined).length;
}
