import type { Context } from '../../iam/conditions.ts';
import { accountOfPrincipal, type Asker } from '../../iam/principal-match.ts';
import type { Statement } from '../../iam/statement.ts';
import { worstGrant } from '../../iam/worst-grant.ts';
import type { BucketState } from '../model.ts';
import { s3Contexts } from '../keys/s3-request.ts';
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
 * reads for, and whether S3 names the object or, with a Bucket Key, the bucket. `because` names the statements that deny it, or may.
 */
export function admission({ who, ...access }: Reader, key: KeyPolicy): { isAdmitted: boolean; because: string[] } {
  const asked = askerOf(who);
  if (asked === undefined) return { isAdmitted: false, because: [] };
  const { grant, because } = worstGrant(
    key.statements,
    keyActions(access).flatMap((action) =>
      asked.contexts.flatMap((one) =>
        s3Contexts(key).map((bucket) => {
          return { principal: asked.principal, action, resource: key.keyArn, context: { ...one, ...bucket } };
        }),
      ),
    ),
  );
  return { isAdmitted: grant === 'allowed', because };
}

/** What S3 does with the key on a reader's behalf; parts of an upload are read again, so writing needs both (S3 User Guide, SSE-KMS). */
export function keyActions({ writes }: Pick<Reader, 'writes'>): string[] {
  return writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
}

/** True for readers that a statement of a key policy could let in. */
export function canBeAdmitted(who: Who): boolean {
  return askerOf(who) !== undefined;
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
    case 'unnamed-service':
    case 'elsewhere':
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
  const accounts = sourceAccounts.map((id) => ({ 'aws:sourceaccount': id }));
  if (sourceArns.length === 0) return accounts.length === 0 ? [{}] : accounts;
  const stated = accounts.length === 1 ? accounts[0] : {};
  return sourceArns.map((arn) => {
    const account = accountOfPrincipal(arn);
    return { ...(account === undefined ? {} : { 'aws:sourceaccount': account }), ...stated, 'aws:sourcearn': arn };
  });
}
