import type { BucketFact } from '../intake/fact.ts';
import type { PolicyDocument } from '../policy/document/document.ts';
import { mayRequest } from '../policy/ruling/exception-request.ts';
import type { AssessDeps, CurrentPolicy } from './deps.ts';

/** True where the tags of a bucket can change its verdict. */
export function speaksOfTags({ rules, exceptions, exceptionRequests }: PolicyDocument): boolean {
  return (
    exceptionRequests !== undefined ||
    rules.some(({ when }) => when.tags !== undefined) ||
    exceptions.some(({ when }) => when?.tags !== undefined)
  );
}

/**
 * Remembers who set the tag that asks for an exception: the bucket's tags do not say, only the event does. An event whose tags are not
 * told in a way that we know proves nothing any more, and a tag that nobody is known to have set asks for nothing.
 */
export async function noteExceptionTag(fact: BucketFact, { document }: CurrentPolicy, deps: AssessDeps): Promise<void> {
  const asks = document.exceptionRequests;
  if (fact.cause !== 'tagged' || asks === undefined) return;
  const { bucket, account, actor = '', at, causeId } = fact;
  const tag = actor === '' ? undefined : fact.tags?.find(({ key }) => key === asks.tag);
  const value = tag?.value ?? '';
  await deps.ledger.recordExceptionTag(bucket, { value, actor, at, causeId }, mayRequest(actor, account, asks));
}
