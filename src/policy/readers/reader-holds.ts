import { conditionMet, type Context, demands } from '../../iam/conditions.ts';
import { hasVariable } from '../../iam/glob.ts';
import type { Request } from '../../iam/match.ts';
import { pastedStatement } from '../../iam/pasted-statement.ts';
import { accountOfPrincipal, type Asker, askerOfArn, contextOf, OF_NO_SERVICE } from '../../iam/principal-match.ts';
import type { Condition } from '../../iam/statement.ts';
import { present } from '../../present.ts';
import { few } from '../../problem.ts';
import { always, type Change, groupReasons, type Party } from '../keys/party.ts';
import { onlyThroughS3, s3Contexts } from '../keys/s3-request.ts';
import { kindOf, type Reason } from '../model.ts';
import type { KeyChange } from '../safety.ts';
import { CLOUDFRONT, familyOf } from '../writers/services.ts';
import { readersOf } from './bucket-readers.ts';
import { namesIn, type Reader, READER_WORDS, readerSentence, type Who, type WhoKind } from './reader.ts';

/**
 * Who outside the bucket's account would lose access to its objects under the key: readers and writers of the bucket policy, the access
 * control list, the website and, where the policy leaves it to them, the access points. A key whose policy cannot be seen helps none of
 * them. One reason for each group of readers that a person would mend at once: by conditions, service or kind.
 * `underKey`: the bucket is under it already, and only those count who write, by the codes of writers.
 */
export function readerHolds(question: Change, underKey?: Pick<KeyChange, 'bucketKey'>): Reason[] {
  const readers = readersOf(question).filter((reader) => underKey === undefined || isWriter(reader));
  const named = few(namesIn(readers.filter(isNameable)));
  const does = `Readers or writers outside the account (${named}) may use objects of bucket ${question.state.bucket}`;
  const party = (first: Reader, group: readonly Reader[], unsaid?: true): Party => ({
    ...partyOf(first, group, question, underKey?.bucketKey, unsaid),
    ...(underKey === undefined ? {} : { codes: { lacks: 'key-policy-lacks-writer' } }),
  });
  return groupReasons(readers, mendedAtOnce, party, { does, change: question });
}

/** Services but CloudFront are judged by themselves. */
function isWriter({ may, who }: Reader): boolean {
  return may.includes('write') && isNameable({ who }) && (who.kind !== 'service' || who.names[0] === CLOUDFRONT);
}

function mendedAtOnce({ byAccessPoint, who, given }: Reader): string {
  const { kind, names } = who;
  const [name = ''] = names;
  const whose = kind === 'service' ? familyOf(name) : kind === 'principal' ? kind : names;
  const same = isNameable({ who }) ? [whose, given] : [];
  return JSON.stringify([byAccessPoint, kind, ...same]);
}

/** Whether a key policy can name them. */
function isNameable({ who }: Pick<Reader, 'who'>): boolean {
  return !('lock' in READER_WORDS[who.kind]);
}

function partyOf(first: Reader, group: readonly Reader[], question: Change, bucketKey?: boolean, unsaid?: true): Party {
  const { who, given, byAccessPoint } = first;
  const { kind } = who;
  const words = READER_WORDS[kind];
  const instead = 'lock' in words ? words : undefined;
  const isOfIam = kind !== 'service' && instead === undefined;
  const isCloudFront = kind === 'service' && who.names[0] === CLOUDFRONT;
  // Parts of an upload are read again, so writing needs both (S3 User Guide, SSE-KMS).
  const needs = group.some(({ may }) => may.includes('write'))
    ? ['kms:Decrypt', 'kms:GenerateDataKey']
    : ['kms:Decrypt'];
  return {
    does: unsaid ? '' : readerSentence(group, question.state.bucket),
    named: kind === 'service' || kind === 'principal' ? few(namesIn(group)) : 'them',
    requests: instead === undefined ? group.flatMap((reader) => requestsOf(reader, question, bucketKey)) : [],
    needs,
    paste: unsaid ? undefined : pasteFor(group, needs, 'Readers of', question),
    otherwise: kind === 'service' && !isNarrow(kind, given) ? SOURCES : ACCOUNTS_OR_ORGANIZATION,
    also: isOfIam ? ', and see that the IAM policies of these accounts allow the same' : '',
    instead,
    codes: always(byAccessPoint ? 'reader-access-point' : isCloudFront ? 'reader-cloudfront' : words.code),
  };
}

const SOURCES =
  'say for whom it acts by aws:SourceAccount or aws:SourceArn in the bucket policy, and let it use the key under the same condition';
const ACCOUNTS_OR_ORGANIZATION =
  'name the accounts, or the organization by its whole id, in the bucket policy and in the key policy, or give the bucket SSE-S3 by a rule';

type Asking = Pick<Reader, 'who' | 'given'>;

/** How a reader asks KMS: S3 asks for it, with what the bucket policy has made sure of and what its principal implies. */
export function requestsOf({ who, given }: Asking, question: Change, bucketKey?: boolean): Request[] {
  const principal = askerOf(who);
  // Everybody in an organization, and whoever else is meant by "everyone", is no AWS service.
  const own = principal.kind === 'everyone' ? { ...contextOf(principal), ...OF_NO_SERVICE } : contextOf(principal);
  const { state, safety } = question;
  const isOwn = principal.kind === 'arn' && accountOfPrincipal(principal.arn) === state.account;
  return eachOf(given, who).flatMap((one) => {
    const known = { ...knownBy(one), ...(isOwn ? safety.organization : {}) };
    const contexts = s3Contexts(question, bucketKey);
    return contexts.map((context) => ({ principal, given, context: { ...known, ...own, ...context } }));
  });
}

function askerOf({ kind, names: [name = ''] }: Who): Asker {
  if (kind === 'principal') return askerOfArn(name);
  return kind === 'service' ? { kind, name } : { kind: 'everyone' };
}

/** Conditions for each source, role or organization of a list by itself, because a key policy may let them in by a statement each. */
function eachOf(given: readonly Condition[], who: Who): (readonly Condition[])[] {
  const listing = given.find((one) => LISTED.test(one.key) && demands(one) && one.values.length > 1);
  if (listing === undefined) return [given];
  const { key } = listing;
  const others = given.reduce((sum, { values }) => sum + values.length, -listing.values.length);
  if (others * listing.values.length > MOST) return [given];
  const own = listing.values.filter((value) => key !== 'aws:principalarn' || mayBe(who, value));
  return (own.length === 0 ? listing.values : own).map((value) =>
    given.map((one) => (one.key === key && demands(one) ? { ...listing, values: [value] } : one)),
  );
}

/** Beyond so many pairs of values they are left together, and what depends on them is mostly undecided. */
const MOST = 10_000;

const LISTED = /^aws:(source(arn|account)|principal(arn|orgid|orgpaths))$/;

/** Whether the ARN of a principal may be that of a reader: it is of another account than many that a list names. */
function mayBe({ kind, names: [name = ''] }: Who, arn: string): boolean {
  const account = accountOfPrincipal(arn);
  return kind !== 'principal' || account === undefined || account === accountOfPrincipal(name);
}

/** What conditions tell of whoever meets them; the account of a source where its ARN names it, and the organization of a path. */
function knownBy(given: readonly Condition[]): Context {
  const demanded = given.filter(
    (one) => demands(one) && !/ignorecase$/i.test(one.operator) && !one.values.some(hasVariable),
  );
  const known = Object.fromEntries(demanded.map(({ key, values }) => [key, values]));
  return {
    ...present({
      'aws:sourceaccount': partsOf(known['aws:sourcearn'], accountOfPrincipal),
      'aws:principalorgid': partsOf(known['aws:principalorgpaths'], (path) => /^(o-[a-z0-9]+)\//.exec(path)?.[1]),
      // Every path of an organization begins with its id (IAM User Guide, aws:PrincipalOrgPaths).
      'aws:principalorgpaths': partsOf(known['aws:principalorgid'], (id) =>
        /^o-[a-z0-9]+$/.test(id) ? `${id}/*` : undefined,
      ),
    }),
    ...known,
  };
}

/** Undefined where not every value has that part. */
function partsOf(values: readonly string[] = [], partOf: (value: string) => string | undefined): string[] | undefined {
  const parts = values.flatMap((value) => partOf(value) ?? []);
  return parts.length > 0 && parts.length === values.length ? parts : undefined;
}

/**
 * The statement that a key policy lacks for readers of one kind: under the conditions that the bucket policy has, so that the key is opened
 * no wider. Undefined where that would open it to everyone, or a service to whoever uses it.
 */
export function pasteFor(
  group: readonly Asking[],
  actions: readonly string[],
  title: string,
  { key, state, partition }: Change,
): string | undefined {
  const [first] = group;
  if (first === undefined || key?.account !== state.account || !isNarrow(first.who.kind, first.given)) return undefined;
  const { given, who } = first;
  const { kind } = who;
  const owners = kind === 'principal' ? namesIn(group).map(accountOfPrincipal) : who.names;
  const whose = kind === 'organization' ? kind : new Set(owners).size > 1 ? 'accounts' : (owners[0] ?? '');
  // The principal element says as much as a condition that all of them meet.
  const isSaid = (one: Condition) =>
    kind === 'principal' && group.every((reader) => conditionMet(one, contextOf(askerOf(reader.who))) === 'yes');
  return pastedStatement({
    title: `${title} ${kindOf(state.bucket) === 'directory' ? 'Directory ' : ''}${state.bucket} ${whose}`,
    kind: kind === 'service' ? 'Service' : 'AWS',
    names: kind === 'organization' ? ['*'] : namesIn(group),
    actions,
    conditions: [
      ...(kind === 'service' ? [] : onlyThroughS3({ state, partition })),
      ...given.filter((one) => !isSaid(one)),
    ],
  });
}

function isNarrow(kind: WhoKind, given: readonly Condition[]): boolean {
  const demanded = given.filter(demands);
  if (kind === 'service') return demanded.some(({ key }) => key.startsWith('aws:source'));
  // A pattern in the organization's id would let in every organization that it fits.
  const ids = demanded.flatMap(({ key, values }) => (key.startsWith('aws:principalorg') ? values : []));
  return kind === 'principal' || (kind === 'organization' && ids.length > 0 && ids.every((id) => WHOLE_ID.test(id)));
}

const WHOLE_ID = /^(o-[a-z0-9]+|\$\{aws:ResourceOrgID\})(\/|$)/i;
