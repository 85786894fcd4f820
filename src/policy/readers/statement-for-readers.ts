import { type BucketState, kindOf } from '../model.ts';
import { onlyThroughS3 } from '../keys/s3-request.ts';
import { keyActions } from './key-admission.ts';
import type { Reader, Who } from './reader.ts';

/**
 * The statement that a key policy lacks for readers of one kind, as JSON ready to paste; undefined for readers that no statement can
 * name, or only by opening the key to everyone.
 */
export function statementForReaders(
  readers: readonly Reader[],
  { state, partition }: { state: BucketState; partition: string },
): string | undefined {
  const grantee = granteeOf(readers.map(({ who }) => who));
  if (grantee === undefined) return undefined;
  const viaService = grantee.isService ? {} : { StringEquals: onlyThroughS3({ state, partition }) };
  const statement = {
    Sid: sidFor(state, grantee.name),
    Effect: 'Allow',
    Principal: grantee.principal,
    Action: keyActions({ writes: readers.some(({ writes }) => writes) }),
    Resource: '*',
    Condition: { ...viaService, ...grantee.condition },
  };
  return JSON.stringify(statement, undefined, 2);
}

interface Grantee {
  name: string;
  principal: object;
  condition: object;
  isService: boolean;
}

function granteeOf(whos: readonly Who[]): Grantee | undefined {
  const [first] = whos;
  switch (first?.kind) {
    case 'principal': {
      const arns = whos.flatMap((who) => (who.kind === 'principal' ? [who.arn] : []));
      const account = first.arn.split(':')[4] ?? '';
      return { name: account, principal: { AWS: arns }, condition: {}, isService: false };
    }
    case 'organization': {
      if (!isOneOrganization(first.value)) return undefined;
      const isId = first.key === 'aws:principalorgid';
      const condition = isId
        ? { StringLike: { 'aws:PrincipalOrgID': first.value } }
        : { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': first.value } };
      return { name: 'Organization', principal: { AWS: '*' }, condition, isService: false };
    }
    case 'service':
      return serviceGrantee(first);
    case 'signed':
    case 'anonymous':
    case 'origin-access-identity':
    case 'canonical':
    case 'federated':
    case 'website':
    case 'unnamed-service':
    case 'elsewhere':
    case undefined:
      return undefined;
  }
}

/** False where a pattern stands for the organization's id: such a statement would let in every organization that it fits. */
function isOneOrganization(value: string): boolean {
  return /^o-[a-z0-9]+$/.test(value.split('/')[0] ?? '');
}

/** A service without a source would be let in for everybody who uses it, so that is not proposed. */
function serviceGrantee({ name, sourceArns, sourceAccounts }: Extract<Who, { kind: 'service' }>): Grantee | undefined {
  const told = { name: name.split('.')[0] ?? name, principal: { Service: name }, isService: true };
  if (sourceArns.length > 0) return { ...told, condition: { StringLike: { 'aws:SourceArn': sourceArns } } };
  if (sourceAccounts.length === 0) return undefined;
  return { ...told, condition: { StringEquals: { 'aws:SourceAccount': sourceAccounts } } };
}

/** Key policies take letters and digits in a Sid. */
function sidFor({ bucket }: BucketState, name: string): string {
  const kind = kindOf(bucket) === 'directory' ? 'ReadersOfDirectory' : 'ReadersOf';
  return `${kind}${bucket}${name}`.replaceAll(/[^A-Za-z0-9]/g, '');
}
