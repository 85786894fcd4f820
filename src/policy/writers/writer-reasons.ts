import type { Context } from '../../iam/conditions.ts';
import { type WorstGrant, worstGrant } from '../../iam/match.ts';
import { pastedStatement } from '../../iam/pasted-statement.ts';
import type { Statement } from '../../iam/statement.ts';
import { present } from '../../present.ts';
import type { Algorithm, BucketState, Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import type { KeyChange } from '../safety.ts';
import { UNNAMED } from './policy-writers.ts';
import type { Writer, WriterGrant } from './writer.ts';

export interface WriterCase extends KeyChange {
  writers: readonly Writer[];
  algorithm: Algorithm;
  /** True where the bucket has the key already and gets only a bucket key: what the writers need without one, they have. */
  onlyBucketKey?: boolean;
}

/**
 * Why a customer key on the bucket would stop one of its writers: the key policy does not let it in, or nobody knows whether it can
 * write under a key at all. Writers that take only SSE-S3 are not spoken of here; they change the standard.
 */
export function writerReasons(given: WriterCase): Reason[] {
  if (given.algorithm === 'AES256') return [];
  return [unfitness, grantTroubles].flatMap((troublesOf) =>
    given.writers.flatMap((writer) => reasonsOf(troublesOf(writer, given), writer, given)),
  );
}

/** A target of deliveries that take SSE-S3 only is under a KMS algorithm already: they fail, and nothing here lowers a bucket by itself. */
export function underKms({ service, evidence }: Writer, { bucket, rule }: BucketState): Reason {
  const message = `${evidence} ${service} can be delivered only to a bucket under SSE-S3, and bucket ${bucket} is under ${rule.algorithm}, so these deliveries fail: put SSE-S3 back by hand (aws s3api put-bucket-encryption), ask for exactly AES256 there by a rule of the policy, or take the permission away where nothing is delivered any more.`;
  return { code: 'log-target-under-kms', message };
}

/** What of a writer and a key does not go together, and what to do about it. */
interface Trouble {
  code: ReasonCode;
  that: string;
  remedy: string;
  paste?: string | undefined;
}

function reasonsOf(
  troubles: readonly Trouble[],
  { service, evidence, takes }: Writer,
  { state }: WriterCase,
): Reason[] {
  const what = takes === 'unknown' ? `objects of ${service}` : service;
  return troubles.map(({ code, that, remedy, paste }) => {
    const message = `Bucket ${state.bucket} receives ${what}${that}. ${evidence} ${remedy}.`;
    return { code, message, ...present({ paste }) };
  });
}

/** Whatever the key's policy says. */
function unfitness({ service, takes, grant }: Writer, { algorithm, onlyBucketKey }: WriterCase): Trouble[] {
  if (takes === 'unknown') {
    const how = onlyBucketKey === true ? 'with a Bucket Key' : 'under a customer key';
    const that = `, and whether they can be written ${how} is not known`;
    const name = service === UNNAMED ? 'Name the service there, name' : 'Name';
    return [
      { code: 'writer-unknown', that, remedy: `${name} the bucket in an exception, or take the permission away` },
    ];
  }
  if (algorithm !== 'aws:kms:dsse' || grant?.refusesDsse !== true) return [];
  const remedy = 'Ask for aws:kms there by a rule of the policy';
  return [{ code: 'writer-cannot-dsse', that: ', which cannot be written under DSSE-KMS', remedy }];
}

function grantTroubles({ grant, service }: Writer, given: WriterCase): Trouble[] {
  const { key, state, safety } = given;
  if (grant === undefined) return [];
  if (key.manager === 'AWS') {
    const that = `, and the AWS managed key ${key.arn} cannot be granted to anybody`;
    return [{ code: 'key-policy-lacks-writer', that, remedy: 'Name a key of your own in the policy' }];
  }
  if (safety.keyPolicy === undefined) {
    const that = `, and the policy of key ${key.arn} can be read only in account ${key.account}`;
    const remedy = `Name a key of account ${state.account} in the policy, or name the bucket in an exception`;
    return [{ code: 'key-policy-not-ours', that, remedy }];
  }
  const { action, ...judged } = worst(grant, safety.keyPolicy, given);
  if (judged.grant === 'allowed') return [];
  const because = judged.because.slice(0, 3).join(', ');
  const { name } = grant.who;
  if (judged.grant === 'denied') {
    const that = `, and the policy of key ${key.arn} denies ${name} the action ${action} (${because})`;
    const remedy = 'Exclude it from that statement, or name another key in the policy';
    return [{ code: 'key-policy-denies', that, remedy }];
  }
  const paste = statementFor(service, grant);
  if (judged.grant === 'perhaps') {
    const that = `, and whether the policy of key ${key.arn} lets ${name} call ${action} could not be decided: it depends on ${because}`;
    return [{ code: 'key-policy-unclear', that, remedy: `${addition(paste)}, or change the condition`, paste }];
  }
  const [needed, orOff] =
    given.onlyBucketKey === true
      ? [', which it needs where a bucket has a Bucket Key', ', or leave the Bucket Key off by a rule of the policy']
      : ['', ''];
  const that = `, and the policy of key ${key.arn} does not let ${name} call ${action}${needed}`;
  return [{ code: 'key-policy-lacks-writer', that, remedy: `${addition(paste)}${orOff}`, paste }];
}

function addition(paste: string | undefined): string {
  return paste === undefined
    ? 'Which accounts it writes for is not said: name them by aws:SourceAccount, or their organization by aws:SourceOrgID, in the bucket policy and in the key policy'
    : 'Add the statement below (reseal policy explain shows it too) to the key policy';
}

/** The worst answer over everything that the writer needs, in every context it writes from. */
function worst(grant: WriterGrant, statements: readonly Statement[], given: WriterCase): WorstGrant {
  const { key, bucketKey, onlyBucketKey } = given;
  const needs = [
    ...(onlyBucketKey === true ? [] : grant.needs),
    ...(bucketKey === false ? [] : grant.needsWithBucketKey),
  ];
  const asks = needs.flatMap((action) =>
    grant.contexts.map((context) => ({ principal: grant.who, action, resource: key.arn, context })),
  );
  return worstGrant(statements, asks);
}

/**
 * The statement that a key policy lacks for a writer, as AWS documents it: JSON text, ready to paste. Undefined where nobody knows for which
 * accounts it writes, because a statement without them would let in the service for every account there is.
 */
function statementFor(service: string, grant: WriterGrant): string | undefined {
  const condition = conditionOf(grant);
  if (condition === undefined && grant.limit !== undefined) return undefined;
  return pastedStatement({
    sid: sidOf(`Allow ${service}`),
    principal: { Service: grant.who.name },
    actions: grant.documented,
    condition,
  });
}

/** By what AWS documents for the service; by the organization where the account is not known. */
function conditionOf({ limit, contexts }: WriterGrant): object | undefined {
  if (limit === undefined) return undefined;
  const accounts = valuesOf(contexts, 'aws:SourceAccount');
  if (accounts !== undefined) {
    const arns = limit === 'aws:SourceArn' ? valuesOf(contexts, 'aws:SourceArn') : undefined;
    return arns === undefined ? sources('aws:SourceAccount', accounts) : { ArnLike: { 'aws:SourceArn': arns } };
  }
  const organizations = valuesOf(contexts, 'aws:SourceOrgID');
  return organizations === undefined ? undefined : sources('aws:SourceOrgID', organizations);
}

/** What is known of a key in every context; undefined where one does not tell. */
function valuesOf(contexts: readonly Context[], key: string): string[] | undefined {
  const values = contexts.map((context) => context[key.toLowerCase()]);
  const known = values.filter((value) => typeof value === 'string');
  return known.length > 0 && known.length === values.length ? [...new Set(known)] : undefined;
}

function sources(key: string, values: readonly string[]): object {
  const isOpen = values.some((value) => value.includes('*'));
  return { [isOpen ? 'StringLike' : 'StringEquals']: { [key]: values } };
}

/** In letters and digits alone, which is what a Sid may hold. */
function sidOf(title: string): string {
  const words = title.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
