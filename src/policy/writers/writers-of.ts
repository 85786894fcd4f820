import { unread } from '../unread.ts';
import type { Facts, Finding } from '../facts.ts';
import { readBucketPolicy } from '../read-document.ts';
import type { BucketKind, BucketState } from '../model.ts';
import { aclWriters } from './acl-writers.ts';
import { policyWriters } from './policy-writers.ts';
import { ACCESS_LOGS } from './services.ts';
import type { Writer } from './writer.ts';

export interface WritersCase {
  state: Pick<BucketState, 'bucket' | 'account'>;
  kind: BucketKind;
  facts: Facts;
  /** aws, aws-cn or aws-us-gov. */
  partition: string;
}

/**
 * Which AWS services deliver objects to a bucket. Asks for the history first, because server access logs settle the matter without
 * another call. None delivers to directory buckets.
 */
export function writersOf(given: WritersCase): Finding<{ writers: Writer[] }> {
  const { state, kind, facts, partition } = given;
  if (kind === 'directory') return { kind: 'known', writers: [] };
  const { history, acl } = facts;
  if (history === undefined) return { kind: 'ask', facts: ['history'] };
  if (history.kind === 'unread') return unread('history', history.why);
  const fromLogging = accessLogWriters(history.value.logSources, state.bucket);
  if (fromLogging.length > 0) return { kind: 'known', writers: fromLogging };

  const missing = (['bucketPolicy', 'acl'] as const).filter((name) => facts[name] === undefined);
  if (missing.length > 0) return { kind: 'ask', facts: missing };
  const policy = readBucketPolicy(facts, { bucket: state.bucket, partition });
  if (policy.kind !== 'read') return policy;
  if (acl === undefined) return { kind: 'ask', facts: ['acl'] };
  if (acl.kind === 'unread') return unread('acl', acl.why);

  const place = { bucket: state.bucket, account: state.account, partition };
  return { kind: 'known', writers: merged([...policyWriters(policy.statements, place), ...aclWriters(acl.value)]) };
}

function accessLogWriters(sources: readonly { bucket: string }[], bucket: string): Writer[] {
  const [first] = sources;
  if (first === undefined) return [];
  const more = sources.length === 1 ? '' : ` and ${sources.length - 1} more`;
  const evidence = `Bucket ${bucket} receives the server access logs of ${first.bucket}${more}.`;
  return [{ service: ACCESS_LOGS.service, evidence, takes: ACCESS_LOGS.takes }];
}

/** One writer for each service and principal; what is known of its requests adds up over the statements that let it in. */
function merged(writers: readonly Writer[]): Writer[] {
  const byName = new Map<string, Writer>();
  for (const writer of writers) {
    const name = JSON.stringify([writer.service, writer.takes, writer.grant?.who]);
    const earlier = byName.get(name);
    byName.set(name, earlier === undefined ? writer : together(earlier, writer));
  }
  return [...byName.values()];
}

function together(one: Writer, other: Writer): Writer {
  if (one.grant === undefined || other.grant === undefined) return one;
  return { ...one, grant: { ...one.grant, contexts: [...one.grant.contexts, ...other.grant.contexts] } };
}
