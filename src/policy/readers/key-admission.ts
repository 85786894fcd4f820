import type { Context } from '../iam/conditions.ts';
import { grants } from '../iam/match.ts';
import { accountOfPrincipal, type Asker } from '../iam/principal-match.ts';
import type { Statement } from '../iam/statement.ts';
import { type BucketState, kindOf } from '../model.ts';
import type { Reader, Who } from './reader.ts';

/** The policy of the key that the bucket is to get. */
export interface KeyPolicy {
  statements: readonly Statement[];
  keyArn: string;
  state: BucketState;
  partition: string;
}

/**
 * Whether a key policy surely lets a reader use the key for all that the reader may do with the bucket: under every source that a service
 * reads for, and whether S3 names the object or, with a Bucket Key, the bucket.
 */
export function isAdmitted({ who, ...access }: Reader, key: KeyPolicy): boolean {
  const asked = askerOf(who);
  if (asked === undefined) return false;
  return keyActions(access).every((action) =>
    asked.contexts.every((one) =>
      contextsOfBucket(key).every((bucket) => {
        const context = { ...one, ...bucket };
        return (
          grants(key.statements, { principal: asked.principal, action, resource: key.keyArn, context }) === 'allowed'
        );
      }),
    ),
  );
}

/** What S3 does with the key on a reader's behalf; parts of an upload are read again, so writing needs both (S3 User Guide, SSE-KMS). */
export function keyActions({ writes }: Pick<Reader, 'writes'>): string[] {
  return writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
}

/** True for readers that a statement of a key policy could let in. */
export function canBeAdmitted(who: Who): boolean {
  return askerOf(who) !== undefined;
}

/**
 * The conditions that limit a grant of the key to this bucket's S3 (KMS Developer Guide, kms:ViaService). Which host a directory bucket's
 * requests come through is not documented, so there the encryption context limits it; nor is that of China, so both spellings pass.
 */
export function onlyThroughS3({ state, partition }: { state: BucketState; partition: string }): object {
  if (kindOf(state.bucket) === 'directory') {
    return { 'kms:EncryptionContext:aws:s3express:arn': directoryArn({ state, partition }) };
  }
  const host = hostOf(state);
  return { 'kms:ViaService': partition === 'aws-cn' ? [host, `${host}.cn`] : host };
}

function hostOf({ region }: BucketState): string {
  return `s3.${region}.amazonaws.com`;
}

function askerOf(who: Who): { principal: Asker; contexts: Context[] } | undefined {
  switch (who.kind) {
    case 'principal': {
      const account = accountOfPrincipal(who.arn);
      const isRoot = account !== undefined && who.arn.endsWith(':root');
      return { principal: isRoot ? { kind: 'account', id: account } : { kind: 'arn', arn: who.arn }, contexts: [{}] };
    }
    case 'organization':
      return { principal: { kind: 'everyone' }, contexts: [organization(who)] };
    case 'service':
      return { principal: { kind: 'service', name: who.name }, contexts: sourcesOf(who) };
    case 'signed':
      return { principal: { kind: 'everyone' }, contexts: [{}] };
    case 'anonymous':
    case 'origin-access-identity':
    case 'canonical':
    case 'federated':
    case 'website':
      return undefined;
  }
}

/** A path begins with the organization's id; a principal in an organization is no AWS service. */
function organization({ key, value }: Extract<Who, { kind: 'organization' }>): Context {
  const [id = ''] = value.split('/');
  const isWhole = id !== '' && !id.includes('*');
  return {
    'aws:principalisawsservice': 'false',
    [key]: value,
    ...(key === 'aws:principalorgpaths' && isWhole ? { 'aws:principalorgid': id } : {}),
  };
}

function sourcesOf({ sourceArns, sourceAccounts }: Extract<Who, { kind: 'service' }>): Context[] {
  const [only] = sourceAccounts;
  const stated = only !== undefined && sourceAccounts.length === 1 ? { 'aws:sourceaccount': only } : {};
  if (sourceArns.length === 0) return [stated];
  return sourceArns.map((arn) => {
    const account = accountOfPrincipal(arn);
    return { ...(account === undefined ? {} : { 'aws:sourceaccount': account }), ...stated, 'aws:sourcearn': arn };
  });
}

function contextsOfBucket({ state, partition }: KeyPolicy): Context[] {
  const always = { 'kms:grantisforawsresource': null };
  if (kindOf(state.bucket) === 'directory') {
    return [{ ...always, 'kms:encryptioncontext:aws:s3express:arn': directoryArn({ state, partition }) }];
  }
  const arn = `arn:${partition}:s3:::${state.bucket}`;
  const hosts = partition === 'aws-cn' ? [hostOf(state), `${hostOf(state)}.cn`] : [hostOf(state)];
  return hosts.flatMap((host) =>
    [arn, `${arn}/*`].map((one) => ({
      ...always,
      'kms:viaservice': host,
      'kms:encryptioncontext:aws:s3:arn': one,
    })),
  );
}

function directoryArn({ state, partition }: Pick<KeyPolicy, 'state' | 'partition'>): string {
  return `arn:${partition}:s3express:${state.region}:${state.account}:bucket/${state.bucket}`;
}
