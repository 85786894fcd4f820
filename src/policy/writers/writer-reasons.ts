import { isOpen } from '../../iam/glob.ts';
import { pastedStatement } from '../../iam/pasted-statement.ts';
import type { Request } from '../../iam/match.ts';
import type { Condition } from '../../iam/statement.ts';
import { few } from '../../problem.ts';
import { CONTEXT_KEY, s3Contexts } from '../keys/s3-request.ts';
import { groupReasons, type Party, told } from '../keys/party.ts';
import type { Algorithm, BucketState, Reason } from '../model.ts';
import type { KeyChange } from '../safety.ts';
import { askedActions, kmsActions, type ServiceGrant } from './services.ts';
import type { Writer } from './writer.ts';

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
  const { algorithm, onlyBucketKey, safety, state } = given;
  if (algorithm === 'AES256' || (onlyBucketKey === true && safety.keyPolicy === undefined)) return [];
  const writers = given.writers.filter(({ takes }) => takes !== 'sse-s3-only');
  const does = `Bucket ${state.bucket} receives objects of ${few(writers.map(({ service }) => service))}`;
  const refusing = algorithm === 'aws:kms:dsse' ? writers.filter(({ grant }) => grant?.refusesDsse === true) : [];
  return [
    ...refusing.map((writer) => told({ does: doing(writer, given) }, 'writer-cannot-dsse', DSSE)),
    ...groupReasons(
      writers,
      (writer) => writer,
      (writer) => partyOf(writer, given),
      { does, change: given },
    ),
  ];
}

const DSSE = {
  lock: 'they cannot be written under DSSE-KMS',
  remedy: 'ask for aws:kms there by a rule of the policy',
};

function doing({ evidence, takes, service }: Writer, { state }: WriterCase): string {
  return `${evidence} So bucket ${state.bucket} receives ${takes === 'unknown' ? 'objects of ' : ''}${service}`;
}

/** A target of deliveries that take SSE-S3 only is under a KMS algorithm already: they fail, and nothing here lowers a bucket by itself. */
export function underKms({ service, evidence }: Writer, { bucket, rule }: BucketState): Reason {
  const message = `${evidence} ${service} can be delivered only to a bucket under SSE-S3, and bucket ${bucket} is under ${rule.algorithm}, so these deliveries fail: put SSE-S3 back by hand (aws s3api put-bucket-encryption), ask for exactly AES256 there by a rule of the policy, or take the permission away where nothing is delivered any more.`;
  return { code: 'log-target-under-kms', message };
}

const SSE_S3 = 'ask for AES256 there by a rule of the policy';

function partyOf(writer: Writer, given: WriterCase): Party {
  const { service, saysSource, takes } = writer;
  const { bucketKey, onlyBucketKey = false } = given;
  // What an unknown service says of itself to KMS is as unknown.
  const sent = { [CONTEXT_KEY]: s3Contexts(given, bucketKey).flatMap((one) => one[CONTEXT_KEY] ?? []) };
  const isKnown = takes !== 'unknown';
  const requests = writer.requests.map((one) => {
    if (isKnown) return { ...one, context: { ...one.context, ...sent } };
    return isSeenTo(one, given) ? one : { ...one, context: {} };
  });
  const names = [...new Set(requests.map(({ principal }) => principal.name))];
  const about: Omit<Party, 'needs' | 'otherwise'> = {
    does: doing(writer, given),
    named: few(names),
    requests,
    // Whoever cannot write under the key as it is loses nothing by its Bucket Key.
    ...(onlyBucketKey ? { already: ['kms:GenerateDataKey'] } : {}),
    codes: { lacks: 'key-policy-lacks-writer' },
  };
  if (takes === 'unknown') return { ...about, ...unknown(names, onlyBucketKey) };
  const { needs, needsWithBucketKey = '', limit }: ServiceGrant = writer.grant ?? { needs: '' };
  const conditions = conditionsOf(limit, requests);
  const actions = kmsActions(`${needs} ${needsWithBucketKey}`);
  const off = onlyBucketKey ? 'leave the Bucket Key off by a rule of the policy' : SSE_S3;
  return {
    ...about,
    needs: [
      ...(onlyBucketKey ? [] : askedActions(needs)),
      ...(bucketKey === false ? [] : askedActions(needsWithBucketKey)),
    ],
    // As AWS documents it; without the accounts it would let in the service for every account there is.
    paste: conditions && pastedStatement({ title: `Allow ${service}`, kind: 'Service', names, actions, conditions }),
    otherwise: conditions === undefined ? `${ACCOUNTS}, or ${off}` : off,
    unsaid: saysSource === true ? undefined : UNSAID,
  };
}

/** Where the key's policy speaks of all that the bucket policy demands of an unknown service, its owner has thought of the same limits, in whatever words. */
function isSeenTo({ context = {} }: Request, { safety }: WriterCase): boolean {
  const keys = new Set(safety.keyPolicy?.flatMap(({ conditions }) => conditions.map(({ key }) => key)));
  return Object.keys(context).every((key) => keys.has(key));
}

const ACCOUNTS =
  'say for which accounts it writes by aws:SourceAccount, or for which organization by aws:SourceOrgID, in the bucket policy, and let it use the key under the same condition';

const UNSAID = {
  // A trail sends its ARN as the encryption context too.
  keys: ['aws:SourceArn', 'kms:EncryptionContext:aws:cloudtrail:arn'],
  remedy:
    'the key policy lists sources and the bucket policy lists none, so list those that write by aws:SourceArn in the bucket policy too',
};

/** Nobody has said that it can write under a key. That its very principals are let in, whatever they ask for, shows that the key's owner has seen to it. */
function unknown(
  names: readonly string[],
  onlyBucketKey: boolean,
): Pick<Party, 'needs' | 'otherwise' | 'instead' | 'codes'> {
  const needs = ['kms:GenerateDataKey', 'kms:Decrypt'];
  const letIn = `where a test shows that they can, let ${names.join(' and ')} use the key under the conditions that the bucket policy has (${needs.join(', ')})`;
  const lock = `whether they can be written ${onlyBucketKey ? 'with a Bucket Key' : 'under a customer key'} is not known`;
  const remedy = `${names.length === 0 ? 'name its service principal there' : letIn}, or ${SSE_S3}`;
  return { needs, otherwise: SSE_S3, instead: { lock, remedy }, codes: { lacks: 'writer-unknown' } };
}

/**
 * Those of the bucket policy, so that the key is opened no wider; where it has none, by what AWS documents for the service, or by the
 * organization where the account is not known; undefined where neither is.
 */
function conditionsOf(limit: string | undefined, requests: Writer['requests']): Condition[] | undefined {
  const said = saidByAll(requests.map(({ given = [] }) => given));
  if (limit === 'none' || said.some(({ operator }) => !/not|null/i.test(operator))) return said;
  const accounts = valuesOf(requests, 'aws:sourceaccount');
  const arns = limit === 'aws:SourceArn' && accounts.length > 0 ? valuesOf(requests, 'aws:sourcearn') : [];
  if (arns.length > 0) return [...said, { operator: 'ArnLike', key: 'aws:sourcearn', values: arns }];
  const key = accounts.length > 0 ? 'aws:sourceaccount' : 'aws:sourceorgid';
  const values = valuesOf(requests, key);
  const operator = values.some(isOpen) ? 'StringLike' : 'StringEquals';
  return values.length === 0 ? undefined : [...said, { operator, key, values }];
}

/** What every statement that lets it write asks of its source: any of their values; by a negated operator those that all of them exclude. */
function saidByAll(givens: readonly (readonly Condition[])[]): Condition[] {
  const [first = [], ...others] = new Set(givens);
  return first.flatMap((one) => {
    const alike = others.map((given) =>
      given.find(({ operator, key }) => operator === one.operator && key === one.key),
    );
    const lists = [one, ...alike].map((like) => like?.values ?? []);
    const isAny = !/not/i.test(one.operator) && lists.every((list) => list.length > 0);
    const all = [...new Set(lists.flat())];
    const values = isAny ? all : all.filter((value) => lists.every((list) => list.includes(value)));
    return values.length === 0 ? [] : [{ ...one, values }];
  });
}

/** What is known of a key in every request; empty where one does not tell. */
function valuesOf(
  requests: Writer['requests'],
  key: 'aws:sourceaccount' | 'aws:sourcearn' | 'aws:sourceorgid',
): string[] {
  const values = requests.map(({ context }) => [context?.[key] ?? []].flat());
  return values.every((one) => one.length > 0) ? [...new Set(values.flat())] : [];
}
