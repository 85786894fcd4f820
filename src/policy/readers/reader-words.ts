import type { ReasonCode } from '../reasons.ts';
import { few } from '../../problem.ts';
import type { Reader, WhoKind } from './reader.ts';

/** How sentences speak of a kind of reader: NAMES and MAY stand for who and what. */
interface Words {
  code: ReasonCode;
  who: string;
  /** Of those whom no key policy can name: why not, and what to do. */
  lock?: string;
  remedy?: string;
}

const INSTEAD = 'serve the objects by CloudFront with origin access control, or give the bucket SSE-S3 by a rule';
const LIMITS = ' (limited by NAMES, which cannot be decided here)';

export const READER_WORDS: Readonly<Record<WhoKind, Words>> = {
  principal: { code: 'reader-other-account', who: 'NAMES of another account MAY' },
  organization: { code: 'reader-organization', who: 'Principals of organization NAMES MAY' },
  service: { code: 'reader-service', who: 'The service NAMES MAY' },
  signed: { code: 'reader-other-account', who: `Anybody with an AWS account MAY${LIMITS}` },
  website: {
    code: 'reader-website',
    who: 'Visitors of its website MAY',
    lock: 'they never sign, and S3 answers unsigned requests for SSE-KMS objects with 403',
    remedy: INSTEAD,
  },
  anonymous: {
    code: 'reader-anonymous',
    who: `Anybody MAY${LIMITS}`,
    lock: 'S3 refuses unsigned requests for SSE-KMS objects',
    remedy: `end that access, or ${INSTEAD}`,
  },
  network: {
    code: 'reader-network',
    who: 'Whoever comes by NAMES MAY, whatever their account',
    lock: 'a key policy cannot tell where a request to S3 came from',
    remedy:
      'name the accounts, roles or organization that need the objects in the bucket policy too, and let them use the key, or give the bucket SSE-S3 by a rule',
  },
  'origin-access-identity': {
    code: 'reader-cloudfront',
    who: 'CloudFront MAY as NAMES',
    lock: 'a legacy origin access identity cannot use SSE-KMS',
    remedy: 'move the distribution to origin access control',
  },
  canonical: {
    code: 'reader-other-account',
    who: 'Canonical user NAMES MAY',
    lock: 'a key policy cannot name a canonical id',
    remedy: 'name the account or role in the bucket policy instead',
  },
  federated: {
    code: 'reader-other-account',
    who: 'Federated users of NAMES MAY',
    lock: 'it cannot be decided whether the key allows them',
    remedy: 'let them assume a role, and name that role',
  },
  'unnamed-service': {
    code: 'reader-service',
    who: 'AWS services that act for NAMES MAY',
    lock: 'the bucket policy does not name these services, so it cannot be decided whether the key allows them',
    remedy: 'name their service principals in the bucket policy',
  },
  elsewhere: {
    code: 'reader-access-point',
    who: 'Whoever is allowed by the policy of NAMES MAY',
    lock: 'that policy cannot be read here',
    remedy: 'name the principals that need the objects in the bucket policy, without that access point',
  },
};

/** Who does what with the bucket, and where that was seen. */
export function readerSentence(group: readonly Reader[], bucket: string): string {
  const { who } = READER_WORDS[group[0]?.who.kind ?? 'elsewhere'];
  const reads = group.some((reader) => reader.reads) ? ['read'] : [];
  const verbs = [...reads, ...(group.some(({ writes }) => writes) ? ['write'] : [])].join(' and ');
  const may = `may ${verbs} objects of bucket ${bucket} by ${few(group.map(({ through }) => through))}`;
  const names = few(namesIn(group));
  return (names === '' ? who.replace(LIMITS, '') : who).replace('NAMES', () => names).replace('MAY', () => may);
}

export function namesIn(group: readonly Reader[]): string[] {
  return [...new Set(group.flatMap(({ who }) => who.names))];
}
