import type { Context } from '../../iam/conditions.ts';
import { type JudgedGrant, worstGrant } from '../../iam/match.ts';
import { type Granting, pastedStatement } from '../../iam/pasted-statement.ts';
import { accountOfPrincipal, type Asker, askerOfArn } from '../../iam/principal-match.ts';
import { present } from '../../present.ts';
import type { KeyQuestion } from '../keys/key-use.ts';
import { onlyThroughS3 } from '../keys/s3-request.ts';
import { type BucketState, kindOf } from '../model.ts';
import type { Reader, Who } from './reader.ts';

/**
 * Whether a key policy surely lets a reader use the key for all that the reader may do with the bucket: under every source that a service
 * reads for, and whether S3 names the object or, with a Bucket Key, the bucket. `because` names the statements that deny it, or may.
 */
export function admission({ who, ...access }: Reader, { statements, keyArn, contexts }: KeyQuestion): JudgedGrant {
  const asked = askedBy(who);
  if (asked === undefined) return { grant: 'no', because: [] };
  const { principal } = asked;
  const each = asked.contexts.flatMap((one) => contexts.map((context) => ({ ...one, ...context })));
  const asks = keyActions(access).flatMap((action) =>
    each.map((context) => ({ principal, action, resource: keyArn, context })),
  );
  return worstGrant(statements, asks);
}

/** What S3 does with the key on a reader's behalf; parts of an upload are read again, so writing needs both (S3 User Guide, SSE-KMS). */
function keyActions({ writes }: Pick<Reader, 'writes'>): string[] {
  return writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
}

/** How a reader asks KMS; undefined for those whom no key policy can name. */
function askedBy(who: Who): { principal: Asker; contexts: Context[] } | undefined {
  switch (who.kind) {
    case 'principal':
      return { principal: askerOfArn(who.names[0]), contexts: [{}] };
    case 'organization':
      return { principal: { kind: 'everyone' }, contexts: [organization(who)] };
    case 'service':
      return { principal: { kind: 'service', name: who.names[0] }, contexts: sourcesOf(who) };
    case 'signed':
      return { principal: { kind: 'everyone' }, contexts: [{}] };
    default:
      return undefined;
  }
}

/** A path begins with the organization's id; a principal in an organization is no AWS service. */
function organization({ key, names: [value] }: Extract<Who, { kind: 'organization' }>): Context {
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
    return { ...present({ 'aws:sourceaccount': accountOfPrincipal(arn) }), ...stated, 'aws:sourcearn': arn };
  });
}

/**
 * The statement that a key policy lacks for readers of one kind, as JSON ready to paste; undefined for readers that no statement can
 * name, or only by opening the key to everyone.
 */
export function statementForReaders(
  readers: readonly [Reader, ...Reader[]],
  place: { state: BucketState; partition: string },
): string | undefined {
  const grantee = granteeOf(readers);
  if (grantee === undefined) return undefined;
  const actions = keyActions({ writes: readers.some(({ writes }) => writes) });
  const viaService = 'Service' in grantee.principal ? {} : { StringEquals: onlyThroughS3(place) };
  const condition = { ...viaService, ...grantee.condition };
  return pastedStatement({ ...grantee, sid: sidFor(place.state, grantee.sid), actions, condition });
}

function granteeOf(readers: readonly [Reader, ...Reader[]]): Omit<Granting, 'actions'> | undefined {
  const [{ who }] = readers;
  switch (who.kind) {
    case 'principal': {
      const arns = readers.flatMap((reader) => reader.who.names);
      return { sid: who.names[0].split(':')[4] ?? '', principal: { AWS: arns } };
    }
    case 'organization': {
      const [value] = who.names;
      // A pattern in the organization's id would let in every organization that it fits.
      if (!/^o-[a-z0-9]+$/.test(value.split('/')[0] ?? '')) return undefined;
      const isId = who.key === 'aws:principalorgid';
      const condition = isId
        ? { StringLike: { 'aws:PrincipalOrgID': value } }
        : { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': value } };
      return { sid: 'Organization', principal: { AWS: '*' }, condition };
    }
    case 'service':
      return serviceGrantee(who);
    default:
      return undefined;
  }
}

/** A service without a source would be let in for everybody who uses it, so that is not proposed. */
function serviceGrantee(who: Extract<Who, { kind: 'service' }>): Omit<Granting, 'actions'> | undefined {
  const { names, sourceArns, sourceAccounts } = who;
  const [name] = names;
  const grantee = { sid: name.split('.')[0] ?? name, principal: { Service: name } };
  if (sourceArns.length > 0) return { ...grantee, condition: { StringLike: { 'aws:SourceArn': sourceArns } } };
  if (sourceAccounts.length === 0) return undefined;
  return { ...grantee, condition: { StringEquals: { 'aws:SourceAccount': sourceAccounts } } };
}

/** Key policies take letters and digits in a Sid. */
function sidFor({ bucket }: BucketState, name: string): string {
  const kind = kindOf(bucket) === 'directory' ? 'ReadersOfDirectory' : 'ReadersOf';
  return `${kind}${bucket}${name}`.replaceAll(/[^A-Za-z0-9]/g, '');
}
