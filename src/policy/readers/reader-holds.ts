import { withStatement } from '../../iam/pasted-statement.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import { present } from '../../present.ts';
import type { KeyQuestion } from '../keys/key-use.ts';
import { s3Contexts } from '../keys/s3-request.ts';
import type { Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import type { KeyChange } from '../safety.ts';
import { CLOUDFRONT } from '../writers/services.ts';
import { readersOf } from './bucket-readers.ts';
import { admission, statementForReaders } from './key-admission.ts';
import type { Reader, Who } from './reader.ts';

/** No key, or one that AWS manages, lets in nobody from outside. */
export type ReaderQuestion = Omit<KeyChange, 'key' | 'bucketKey'> & { key: KeyChange['key'] | undefined };

/**
 * Who outside the bucket's account would lose access to its objects under the key: readers and writers of the bucket policy, the access
 * control list, the website and, where the policy leaves it to them, the access points. A key whose policy cannot be seen helps none of them.
 */
export function readerHolds(question: ReaderQuestion): Reason[] {
  const { safety, key, partition } = question;
  const readers = readersOf(question);
  if (key === undefined || safety.keyPolicy === undefined) return readerReasons(readers, question);
  const policy = { statements: safety.keyPolicy, keyArn: key.arn, contexts: s3Contexts(question), partition };
  const locked = readers.filter((reader) => admission(reader, policy).grant !== 'allowed');
  return readerReasons(locked, { ...question, policy });
}

interface Locked extends ReaderQuestion {
  /** The key's policy, where it could be read and may help. */
  policy?: KeyQuestion;
}

type Group = readonly [Reader, ...Reader[]];

/** One reason for each group of readers that a person would mend at once: by account, organization, service or kind. */
function readerReasons(readers: readonly Reader[], locked: Locked): Reason[] {
  const groups = Map.groupBy(readers, ({ byAccessPoint, who }) => JSON.stringify([byAccessPoint, groupOf(who)]));
  return [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [reasonOf([first, ...more], locked)],
  );
}

function groupOf(who: Who): unknown {
  if (who.kind === 'principal') return [who.kind, accountOfPrincipal(who.names[0]) ?? who.names];
  return who.kind === 'organization' || who.kind === 'service' ? who : who.kind;
}

function reasonOf(group: Group, locked: Locked): Reason {
  const [{ who, byAccessPoint }] = group;
  const mending = mendingOf(group, locked);
  const code = who.kind === 'service' && who.names[0] === CLOUDFRONT ? 'reader-cloudfront' : CODES[who.kind];
  return {
    code: byAccessPoint ? 'reader-access-point' : code,
    message: sentence(group, locked, mending),
    ...present({ paste: mending.paste }),
  };
}

/** What would let a group in: one more statement, a change of those that deny it, or neither. */
interface Mending {
  paste?: string;
  except?: string[];
}

function mendingOf(group: Group, locked: Locked): Mending {
  const paste = isOwnable(locked) ? statementForReaders(group, locked) : undefined;
  const { policy } = locked;
  if (policy === undefined || paste === undefined) return present({ paste });
  const pasted = { ...policy, statements: withStatement(policy.statements, paste, policy.partition) };
  const judged = group.map((reader) => admission(reader, pasted));
  if (judged.every(({ grant }) => grant === 'allowed')) return { paste };
  return { except: judged.flatMap(({ because }) => because) };
}

const CODES: Readonly<Record<Who['kind'], ReasonCode>> = {
  principal: 'reader-other-account',
  organization: 'reader-organization',
  service: 'reader-service',
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

function sentence(group: Group, locked: Locked, mending: Mending): string {
  const [{ who }] = group;
  const { bucket } = locked.state;
  const may = `may ${verbOf(group)} objects of bucket ${bucket} by ${few(group.map(({ through }) => through))}`;
  const names = few(group.flatMap((reader) => reader.who.names));
  const where = names === '' ? '' : ` (limited by ${names}, which cannot be decided here)`;
  switch (who.kind) {
    case 'website':
      return `Bucket ${bucket} serves a website, whose visitors never sign, and S3 answers unsigned requests for SSE-KMS objects with 403: ${INSTEAD}.`;
    case 'anonymous':
      return `Anybody ${may}${where}, and S3 refuses unsigned requests for SSE-KMS objects: end that access, or ${INSTEAD}.`;
    case 'origin-access-identity':
      return `CloudFront ${may} as ${names}, a legacy origin access identity, which cannot use SSE-KMS: move the distribution to origin access control.`;
    case 'canonical':
      return `Canonical user ${names} ${may}, and a key policy cannot name a canonical id: name the account or role in the bucket policy instead.`;
    case 'federated':
      return `Federated users of ${names} ${may}, and it cannot be decided whether the key allows them: let them assume a role, and name that role.`;
    case 'signed':
      return `Anybody with an AWS account ${may}${where}, and ${lockOf(locked)}: name the accounts that need it.`;
    case 'principal':
      return `${names} of another account ${may}, and ${lockOf(locked)}: ${remedyOf(who, locked, mending)}, and see that the IAM policies of that account allow the same.`;
    case 'organization':
      return `All accounts of organization ${names} ${may}, and ${lockOf(locked)}: ${remedyOf(who, locked, mending)}, and see that IAM policies there allow the same.`;
    case 'service':
      return `The service ${names} ${may}, and ${lockOf(locked)}: ${remedyOf(who, locked, mending)}.`;
    case 'unnamed-service':
      return `AWS services that act for ${names} ${may}, and the bucket policy does not name these services, so it cannot be decided whether the key allows them: name their service principals in the bucket policy.`;
    case 'elsewhere':
      return `Whoever is allowed by the policy of ${names} ${may}, and that policy cannot be read here: name the principals that need the objects in the bucket policy, without that access point.`;
  }
}

const INSTEAD = 'serve the objects by CloudFront with origin access control, or give the bucket SSE-S3 by a rule';

function verbOf(group: Group): string {
  const reads = group.some((reader) => reader.reads) ? ['read'] : [];
  return [...reads, ...(group.some(({ writes }) => writes) ? ['write'] : [])].join(' and ');
}

function lockOf({ key, state }: Locked): string {
  if (key === undefined || key.manager === 'AWS')
    return `the AWS managed key allows nobody outside account ${state.account}`;
  if (key.account !== state.account)
    return `the key ${key.arn} belongs to account ${key.account}, so its policy cannot be read here`;
  return `the policy of key ${key.arn} does not clearly allow them to use it`;
}

function remedyOf(who: Who, { key, state }: Locked, { paste, except }: Mending): string {
  if (key === undefined || key.manager === 'AWS') return 'name a customer key in the policy';
  if (key.account !== state.account) return `name a key of account ${state.account} in the policy`;
  if (paste !== undefined) return 'add the statement below (reseal policy explain shows it too) to the key policy';
  if (except !== undefined)
    return `exclude them from the statements that deny it or may deny it, which no Allow outweighs (${few(except)})`;
  return who.kind === 'organization'
    ? 'name the organization by its whole id in the bucket policy, because the same pattern in the key policy would let in every organization that it fits'
    : 'say for whom they act by aws:SourceAccount or aws:SourceArn in the bucket policy, and let them decrypt under the same condition in the key policy';
}

const MOST_NAMES = 3;

function few(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const more = unique.length - MOST_NAMES;
  return more > 0 ? `${unique.slice(0, MOST_NAMES).join(', ')} and ${more} more` : unique.join(', ');
}
