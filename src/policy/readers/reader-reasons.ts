import { accountOfPrincipal } from '../../iam/principal-match.ts';
import { withStatement } from '../../iam/with-statement.ts';
import type { BucketState, KeyFacts, Reason } from '../model.ts';
import { admission, type KeyPolicy } from './key-admission.ts';
import { statementForReaders } from './statement-for-readers.ts';
import { CLOUDFRONT } from './narrowing.ts';
import type { Reader, Who } from './reader.ts';

/** The bucket that is to get the key; no key, or one that AWS manages, lets in nobody from outside. */
export interface Locked {
  state: BucketState;
  partition: string;
  key: KeyFacts | undefined;
  /** The key's policy, where it could be read and may help. */
  policy?: KeyPolicy;
}

/** One reason for each group of readers that a person would mend at once: by account, organization, service or kind. */
export function readerReasons(readers: readonly Reader[], locked: Locked): Reason[] {
  const groups = new Map<string, [Reader, ...Reader[]]>();
  for (const reader of readers) {
    const id = JSON.stringify([reader.byAccessPoint, groupOf(reader.who)]);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [reader]);
    else group.push(reader);
  }
  return [...groups.values()].map((group) => reasonOf(group, locked));
}

function groupOf(who: Who): unknown {
  switch (who.kind) {
    case 'principal':
      return [who.kind, accountOfPrincipal(who.arn) ?? who.arn];
    case 'organization':
    case 'service':
      return who;
    case 'signed':
    case 'anonymous':
    case 'origin-access-identity':
    case 'canonical':
    case 'federated':
    case 'website':
    case 'unnamed-service':
    case 'elsewhere':
      return who.kind;
  }
}

type Group = readonly [Reader, ...Reader[]];

function reasonOf(group: Group, locked: Locked): Reason {
  const [{ who, byAccessPoint }] = group;
  const mending = mendingOf(group, locked);
  return {
    code: byAccessPoint
      ? 'reader-access-point'
      : CODES[who.kind === 'service' && who.name !== CLOUDFRONT ? 'other-service' : who.kind],
    message: sentence(group, { ...locked, mending }),
    ...(mending.kind === 'paste' ? { paste: mending.paste } : {}),
  };
}

/** What would let a group in: one more statement, a change of those that deny it, or neither. */
type Mending = { kind: 'paste'; paste: string } | { kind: 'except'; statements: string[] } | { kind: 'none' };

function mendingOf(group: Group, locked: Locked): Mending {
  const paste = isOwnable(locked) ? statementForReaders(group, locked) : undefined;
  if (paste === undefined) return { kind: 'none' };
  const { policy } = locked;
  if (policy === undefined) return { kind: 'paste', paste };
  const pasted = { ...policy, statements: withStatement(policy.statements, paste, policy.partition) };
  const judged = group.map((reader) => admission(reader, pasted));
  if (judged.every(({ isAdmitted }) => isAdmitted)) return { kind: 'paste', paste };
  return { kind: 'except', statements: judged.flatMap(({ because }) => because) };
}

const CODES: Readonly<Record<Who['kind'] | 'other-service', string>> = {
  principal: 'reader-other-account',
  organization: 'reader-organization',
  service: 'reader-cloudfront',
  'other-service': 'reader-service',
  signed: 'reader-other-account',
  anonymous: 'reader-anonymous',
  'origin-access-identity': 'reader-cloudfront',
  canonical: 'reader-other-account',
  federated: 'reader-other-account',
  website: 'reader-website',
  'unnamed-service': 'reader-service',
  elsewhere: 'reader-access-point',
};

/** A key whose policy somebody of this account could mend. */
function isOwnable({ key, state }: Locked): boolean {
  return key !== undefined && key.manager === 'CUSTOMER' && key.account === state.account;
}

interface Judged extends Locked {
  mending: Mending;
}

function sentence(group: Group, locked: Judged): string {
  const [{ who }] = group;
  const { bucket } = locked.state;
  const may = `may ${verbOf(group)} bucket ${bucket} by ${throughOf(group)}`;
  switch (who.kind) {
    case 'website':
      return `Bucket ${bucket} serves a website, whose visitors never sign, and S3 answers unsigned requests for SSE-KMS objects with 403: ${INSTEAD}.`;
    case 'anonymous':
      return `Anybody ${may}${under(group)}, and S3 refuses unsigned requests for SSE-KMS objects: end that access, or ${INSTEAD}.`;
    case 'origin-access-identity':
      return `CloudFront ${may} as ${namesOf(group)}, a legacy origin access identity, which cannot use SSE-KMS: move the distribution to origin access control.`;
    case 'canonical':
      return `Canonical user ${namesOf(group)} ${may}, and a key policy cannot name a canonical id: name the account or role in the bucket policy instead.`;
    case 'federated':
      return `Federated users of ${namesOf(group)} ${may}, and whether the key lets them in cannot be told: let them assume a role, and name that.`;
    case 'signed':
      return `Anybody with an AWS account ${may}${under(group)}, and ${lockOf(locked)}: name the accounts that need it.`;
    case 'principal':
      return `${namesOf(group)} of another account ${may}, and ${lockOf(locked)}: ${remedyOf(who, locked)}, and see that the IAM policies of that account allow the same.`;
    case 'organization':
      return `All accounts of organization ${namesOf(group)} ${may}, and ${lockOf(locked)}: ${remedyOf(who, locked)}, and see that IAM policies there allow the same.`;
    case 'service':
      return `The service ${namesOf(group)} ${may}, and ${lockOf(locked)}: ${remedyOf(who, locked)}.`;
    case 'unnamed-service':
      return `AWS services that act for ${few(group.flatMap((one) => (one.who.kind === 'unnamed-service' ? one.who.sources : [])))} ${may}, and which services they are is not said, so whether the key lets them in cannot be told: name their service principals in the bucket policy.`;
    case 'elsewhere':
      return `Whoever the policy of ${namesOf(group)} lets in ${may}, and that policy cannot be read here: name the principals that need the objects in the bucket policy, without that access point.`;
  }
}

const INSTEAD = 'serve the objects by CloudFront with origin access control, or give the bucket SSE-S3 by a rule';

function verbOf(group: readonly Reader[]): string {
  const verbs = [
    ...(group.some(({ reads }) => reads) ? ['read'] : []),
    ...(group.some(({ writes }) => writes) ? ['write'] : []),
  ];
  return `${verbs.join(' and ')} objects of`;
}

function throughOf(group: readonly Reader[]): string {
  return few(group.map(({ through }) => through));
}

function namesOf(group: readonly Reader[]): string {
  return few(group.map(({ who }) => nameOfWho(who)));
}

function nameOfWho(who: Who): string {
  switch (who.kind) {
    case 'principal':
      return who.arn;
    case 'organization':
      return who.value;
    case 'service':
    case 'origin-access-identity':
    case 'federated':
      return who.name;
    case 'canonical':
      return who.id;
    case 'elsewhere':
      return who.name;
    case 'signed':
    case 'anonymous':
    case 'website':
    case 'unnamed-service':
      return who.kind;
  }
}

function under(group: readonly Reader[]): string {
  const keys = group.flatMap(({ who }) => (who.kind === 'anonymous' || who.kind === 'signed' ? who.conditions : []));
  return keys.length === 0 ? '' : ` (where ${few(keys)} lets them, which cannot be decided here)`;
}

function lockOf({ key, state }: Locked): string {
  if (key === undefined || key.manager === 'AWS')
    return `the AWS managed key lets in nobody outside account ${state.account}`;
  if (key.account !== state.account)
    return `the key ${key.arn} belongs to account ${key.account}, so its policy cannot be read here`;
  return `the policy of key ${key.arn} does not surely let them use it`;
}

function remedyOf(who: Who, { key, state, mending }: Judged): string {
  if (key === undefined || key.manager === 'AWS') return 'name a customer key in the policy';
  if (key.account !== state.account) return `name a key of account ${state.account} in the policy`;
  switch (mending.kind) {
    case 'paste':
      return `add the statement below (reseal policy explain shows it too) to the key policy`;
    case 'except':
      return `except them in what denies it there or may deny it, which no further Allow outweighs (${few(mending.statements)})`;
    case 'none':
      return who.kind === 'organization'
        ? 'name the organization by its whole id in the bucket policy, because the same pattern in the key policy would let in every organization that it fits'
        : 'say for whom they act by aws:SourceAccount or aws:SourceArn in the bucket policy, and let them decrypt under the same condition in the key policy';
  }
}

const MOST_NAMES = 3;

function few(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const more = unique.length - MOST_NAMES;
  return more > 0 ? `${unique.slice(0, MOST_NAMES).join(', ')} and ${more} more` : unique.join(', ');
}
