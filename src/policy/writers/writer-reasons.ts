import { pastedStatement } from '../../iam/pasted-statement.ts';
import { few } from '../../problem.ts';
import { keyUse, type Party, partyReasons, told, tooMuchForAll } from '../keys/party.ts';
import type { Algorithm, BucketState, Reason } from '../model.ts';
import type { KeyChange } from '../safety.ts';
import { kmsActions, type ServiceGrant } from './services.ts';
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
  if (given.algorithm === 'AES256') return [];
  const names = few(given.writers.map(({ service }) => service));
  const requests = given.writers.flatMap((writer) => writer.requests);
  const tooMuch = tooMuchForAll(`Bucket ${given.state.bucket} receives objects of ${names}`, requests, given);
  if (tooMuch !== undefined) return [tooMuch];
  return given.writers
    .filter((writer) => given.onlyBucketKey !== true || writesAlready(writer, given))
    .flatMap((writer) => {
      const { service, takes, grant } = writer;
      if (takes === 'sse-s3-only') return [];
      const does = `${writer.evidence} So bucket ${given.state.bucket} receives ${takes === 'unknown' ? `objects of ${service}` : service}`;
      const dsse = {
        lock: 'they cannot be written under DSSE-KMS',
        remedy: 'ask for aws:kms there by a rule of the policy',
      };
      const refuses = given.algorithm === 'aws:kms:dsse' && grant?.refusesDsse === true;
      return [
        ...(refuses ? [told({ does }, 'writer-cannot-dsse', dsse)] : []),
        ...(takes === 'unknown'
          ? unknownReasons(writer, does, given)
          : partyReasons(partyOf(writer, does, given), given)),
      ];
    });
}

/** Whoever cannot write under the key as it is loses nothing by its Bucket Key. */
function writesAlready({ requests }: Writer, { key, safety, partition }: WriterCase): boolean {
  const { keyPolicy: statements } = safety;
  if (statements === undefined) return false;
  const asking = { requests, needs: ['kms:GenerateDataKey'], paste: undefined };
  return keyUse(asking, { statements, keyArn: key.arn, partition }).grant !== 'no';
}

/** A target of deliveries that take SSE-S3 only is under a KMS algorithm already: they fail, and nothing here lowers a bucket by itself. */
export function underKms({ service, evidence }: Writer, { bucket, rule }: BucketState): Reason {
  const message = `${evidence} ${service} can be delivered only to a bucket under SSE-S3, and bucket ${bucket} is under ${rule.algorithm}, so these deliveries fail: put SSE-S3 back by hand (aws s3api put-bucket-encryption), ask for exactly AES256 there by a rule of the policy, or take the permission away where nothing is delivered any more.`;
  return { code: 'log-target-under-kms', message };
}

const SSE_S3 = 'ask for AES256 there by a rule of the policy';
const CODES = {
  lacks: 'key-policy-lacks-writer',
  denies: 'key-policy-denies',
  unclear: 'key-policy-unclear',
  unseen: 'key-policy-not-ours',
} as const;

function partyOf(writer: Writer, does: string, { bucketKey, onlyBucketKey = false }: WriterCase): Party {
  const { service, grant, requests, saysSource } = writer;
  const needs = [
    ...(onlyBucketKey ? [] : kmsActions(grant?.needs)),
    ...(bucketKey === false ? [] : kmsActions(grant?.needsWithBucketKey)),
  ];
  const paste = grant && statementFor(service, grant, requests);
  const accounts =
    'say for which accounts it writes by aws:SourceAccount, or for which organization by aws:SourceOrgID, in the bucket policy and in the key policy';
  const off = onlyBucketKey ? 'leave the Bucket Key off by a rule of the policy' : SSE_S3;
  return {
    does,
    named: few(principalsOf(requests)),
    requests,
    needs,
    paste,
    otherwise: paste === undefined ? `${accounts}, or ${off}` : off,
    unsaid: saysSource === true ? undefined : UNSAID,
    codes: CODES,
  };
}

const UNSAID = {
  // A trail sends its ARN as the encryption context too.
  keys: ['aws:SourceArn', 'kms:EncryptionContext:aws:cloudtrail:arn'],
  remedy:
    'the key policy lists sources and the bucket policy lists none, so list those that write by aws:SourceArn in the bucket policy too',
};

/** Nobody has said that it can write under a key. That its very principals are let in, whatever they ask for, shows that the key's owner has seen to it. */
function unknownReasons(writer: Writer, does: string, given: WriterCase): Reason[] {
  const { requests, service } = writer;
  const how = given.onlyBucketKey === true ? 'with a Bucket Key' : 'under a customer key';
  const lock = `whether they can be written ${how} is not known`;
  if (requests.length === 0) {
    return [
      told({ does }, 'writer-unknown', {
        lock,
        remedy: `name its service principal there, or ${SSE_S3}`,
      }),
    ];
  }
  const needs = ['kms:GenerateDataKey', 'kms:Decrypt'];
  const party = { does, named: service, requests, needs, otherwise: SSE_S3, codes: CODES };
  if (partyReasons(party, given).length === 0) return [];
  const names = principalsOf(requests).join(' and ');
  const remedy = `where a test shows that they can, let ${names} use the key by a statement without conditions (${needs.join(', ')}), or ${SSE_S3}`;
  return [told({ does }, 'writer-unknown', { lock, remedy })];
}

function principalsOf(requests: Writer['requests']): string[] {
  return [...new Set(requests.map(({ principal }) => principal.name))];
}

/**
 * The statement that a key policy lacks for a writer, as AWS documents it: JSON text, ready to paste. Undefined where nobody knows for which
 * accounts it writes, because a statement without them would let in the service for every account there is.
 */
function statementFor(
  service: string,
  { limit, needs, documented = needs }: ServiceGrant,
  requests: Writer['requests'],
): string | undefined {
  const condition = limit === undefined ? undefined : conditionOf(limit, requests);
  if (condition === undefined && limit !== undefined) return undefined;
  const [first = '', ...more] = principalsOf(requests);
  return pastedStatement({
    sid: sidOf(`Allow ${service}`),
    principal: { Service: more.length === 0 ? first : [first, ...more] },
    actions: kmsActions(documented),
    condition,
  });
}

/** By what AWS documents for the service; by the organization where the account is not known. */
function conditionOf(limit: string, requests: Writer['requests']): object | undefined {
  const accounts = valuesOf(requests, 'aws:SourceAccount');
  if (accounts !== undefined) {
    const arns = limit === 'aws:SourceArn' ? valuesOf(requests, 'aws:SourceArn') : undefined;
    return arns === undefined ? sources('aws:SourceAccount', accounts) : { ArnLike: { 'aws:SourceArn': arns } };
  }
  const organizations = valuesOf(requests, 'aws:SourceOrgID');
  return organizations === undefined ? undefined : sources('aws:SourceOrgID', organizations);
}

/** What is known of a key in every request; undefined where one does not tell. */
function valuesOf(requests: Writer['requests'], key: string): string[] | undefined {
  const values = requests.map(({ context = {} }) => context[key.toLowerCase()] ?? []);
  const isKnown = values.length > 0 && values.every((value) => value.length > 0);
  return isKnown ? [...new Set(values.flat())] : undefined;
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
