import type { Condition } from '../../iam/statement.ts';
import { few } from '../../problem.ts';
import type { Way } from '../keys/party.ts';
import type { ReasonCode } from '../reasons.ts';

/** Somebody outside the bucket's own account who may read or write its objects today. */
export interface Reader {
  who: Who;
  /** What it may do with objects. */
  may: readonly Verb[];
  /** The conditions of the bucket policy that a request to the key meets too, because it carries the same keys. */
  given: readonly Condition[];
  /** What lets them in, for example "statement AllowPartner of the bucket policy". */
  through: string;
  /** True where an access point lets them in, by a policy of its own. */
  byAccessPoint: boolean;
}

export type Verb = 'read' | 'write';

/** Who that is, as far as a key policy could let them in, or not at all; `names` are for sentences. */
export interface Who {
  kind: WhoKind;
  names: readonly string[];
}

/** How sentences speak of a kind of reader: NAMES and MAY stand for who and what; `lock` and `remedy` of those whom no key policy can name. */
interface Words {
  code: ReasonCode;
  who: string;
}

const INSTEAD = 'serve the objects by CloudFront with origin access control, or give the bucket SSE-S3 by a rule';
const LIMITS = ' (limited by NAMES, which cannot be decided here)';

/** `names` of a reader are for these sentences: ARNs, organizations, services, condition keys, or what it is that cannot be seen. */
export const READER_WORDS = {
  // An IAM principal of another account, or the account itself (its root).
  principal: { code: 'reader-other-account', who: 'NAMES of another account MAY' },
  organization: { code: 'reader-organization', who: 'Principals of organization NAMES MAY' },
  // It reads for somebody.
  service: { code: 'reader-service', who: 'The service NAMES MAY' },
  // Whoever signs and meets these condition keys.
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
  // Signed or not.
  network: {
    code: 'reader-network',
    who: 'Whoever comes by NAMES MAY, whatever their account',
    lock: 'a key policy cannot tell where a request to S3 came from',
    remedy:
      'name the accounts, roles or organization that need the objects in the bucket policy too, and let them use the key, or give the bucket SSE-S3 by a rule',
  },
  // CloudFront's legacy identity, which cannot sign for SSE-KMS.
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
  // A condition on aws:SourceAccount or aws:SourceArn lets them in without naming them.
  'unnamed-service': {
    code: 'reader-service',
    who: 'AWS services that act for NAMES MAY',
    lock: 'the bucket policy does not name these services, so it cannot be decided whether the key allows them',
    remedy: 'name their service principals in the bucket policy',
  },
  // Something that cannot be looked at from here.
  elsewhere: {
    code: 'reader-access-point',
    who: 'Whoever is allowed by the policy of NAMES MAY',
    lock: 'that policy cannot be read here',
    remedy: 'name the principals that need the objects in the bucket policy, without that access point',
  },
} as const satisfies Record<string, Words | (Words & Way)>;

export type WhoKind = keyof typeof READER_WORDS;

/** Who does what with the bucket, and where that was seen. */
export function readerSentence(group: readonly Reader[], bucket: string): string {
  const { who } = READER_WORDS[group[0]?.who.kind ?? 'elsewhere'];
  const verbs = (['read', 'write'] as const)
    .filter((verb) => group.some(({ may }) => may.includes(verb)))
    .join(' and ');
  const does = `may ${verbs} objects of bucket ${bucket} by ${few(group.map(({ through }) => through))}`;
  const names = few(namesIn(group));
  return (names === '' ? who.replace(LIMITS, '') : who).replace('NAMES', () => names).replace('MAY', () => does);
}

export function namesIn(group: readonly Pick<Reader, 'who'>[]): string[] {
  return [...new Set(group.flatMap(({ who }) => who.names))];
}
