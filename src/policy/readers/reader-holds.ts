import { conditionMet, conditionName, type Context, demands } from '../../iam/conditions.ts';
import { hasVariable } from '../../iam/glob.ts';
import type { Request } from '../../iam/match.ts';
import { pastedStatement } from '../../iam/pasted-statement.ts';
import { accountOfPrincipal, type Asker, askerOfArn, contextOf } from '../../iam/principal-match.ts';
import type { Condition } from '../../iam/statement.ts';
import { few } from '../../problem.ts';
import { always, type Party, partyReasons, told, tooMuchForAll } from '../keys/party.ts';
import { onlyThroughS3, s3Contexts } from '../keys/s3-request.ts';
import { kindOf, type Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import type { KeyChange } from '../safety.ts';
import { CLOUDFRONT, familyOf } from '../writers/services.ts';
import { readersOf } from './bucket-readers.ts';
import type { Reader, Who, WhoKind } from './reader.ts';
import { namesIn, readerSentence, READER_WORDS } from './reader-words.ts';

/** No key, or one that AWS manages, lets in nobody from outside. */
export type ReaderQuestion = Omit<KeyChange, 'key' | 'bucketKey'> & { key: KeyChange['key'] | undefined };

/**
 * Who outside the bucket's account would lose access to its objects under the key: readers and writers of the bucket policy, the access
 * control list, the website and, where the policy leaves it to them, the access points. A key whose policy cannot be seen helps none of
 * them. One reason for each group of readers that a person would mend at once: by account, conditions, service or kind.
 */
export function readerHolds(question: ReaderQuestion): Reason[] {
  const readers = readersOf(question);
  const named = readers.filter(({ who }) => NAMEABLE.has(who.kind));
  const { bucket } = question.state;
  const does =
    named.length === 1
      ? readerSentence(named, bucket)
      : `${named.length} readers or writers outside the account may use objects of bucket ${bucket}`;
  const requests = named.flatMap((reader) => requestsOf(reader, question));
  // Each is asked for alone too, to tell who of a group is locked out.
  const tooMuch = tooMuchForAll(does, [...requests, ...requests], question);
  if (tooMuch === undefined) return holdsOf(readers, question);
  return [
    tooMuch,
    ...holdsOf(
      readers.filter(({ who }) => !NAMEABLE.has(who.kind)),
      question,
    ),
  ];
}

function holdsOf(readers: readonly Reader[], question: ReaderQuestion): Reason[] {
  const groups = Map.groupBy(readers, ({ byAccessPoint, who: { kind, names }, given }) => {
    const [name = ''] = names;
    const account = kind === 'principal' ? accountOfPrincipal(name) : undefined;
    const family = kind === 'service' ? familyOf(name) : undefined;
    const isNameable = NAMEABLE.has(kind);
    return JSON.stringify([
      byAccessPoint,
      kind,
      account ?? family ?? (isNameable ? names : ''),
      isNameable ? given : '',
    ]);
  });
  return [...groups.values()].flatMap((group) => {
    const all = reasonsOf(group, question);
    if (all.length === 0 || group.length === 1) return all;
    const locked = group.filter((reader) => reasonsOf([reader], question).length > 0);
    return locked.length === group.length ? all : reasonsOf(locked, question);
  });
}

/** Those whom a key policy can name. */
const NAMEABLE: ReadonlySet<WhoKind> = new Set<WhoKind>(['principal', 'organization', 'service', 'signed']);

function reasonsOf(group: readonly Reader[], question: ReaderQuestion): Reason[] {
  const [first] = group;
  if (first === undefined) return [];
  const { who, byAccessPoint } = first;
  const { code: ofKind, lock, remedy } = READER_WORDS[who.kind];
  const isCloudFront = who.kind === 'service' && who.names[0] === CLOUDFRONT;
  const code = byAccessPoint ? 'reader-access-point' : isCloudFront ? 'reader-cloudfront' : ofKind;
  const does = readerSentence(group, question.state.bucket);
  if (lock !== undefined && remedy !== undefined) return [told({ does }, code, { lock, remedy })];
  return partyReasons(partyOf(group, first, { does, code, question }), question);
}

interface Spoken {
  does: string;
  code: ReasonCode;
  question: ReaderQuestion;
}

function partyOf(group: readonly Reader[], { who: { kind }, given }: Reader, { does, code, question }: Spoken): Party {
  const writes = group.some((reader) => reader.writes);
  // Parts of an upload are read again, so writing needs both (S3 User Guide, SSE-KMS).
  const needs = writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
  const also = kind === 'service' ? '' : ', and see that the IAM policies of these accounts allow the same';
  return {
    does,
    named: kind === 'service' || kind === 'principal' ? few(namesIn(group)) : 'them',
    requests: group.flatMap(({ who }) => requestsOf({ who, given }, question)),
    needs,
    paste: pasteFor(group, needs, question),
    otherwise: kind === 'service' && given.length === 0 ? SOURCES : OTHERWISE[kind === 'signed' ? 'signed' : 'named'],
    also,
    codes: always(code),
  };
}

const SOURCES =
  'say for whom it acts by aws:SourceAccount or aws:SourceArn in the bucket policy, and let it use the key under the same condition';
const OTHERWISE = {
  signed: 'name the accounts that need the objects in the bucket policy, and let them use the key',
  named:
    'name the accounts, or the organization by its whole id, in the bucket policy and in the key policy, or give the bucket SSE-S3 by a rule',
} as const;

/** How a reader asks KMS: S3 asks for it, with what the bucket policy has made sure of and what its principal implies. */
function requestsOf({ who, given }: Pick<Reader, 'who' | 'given'>, question: ReaderQuestion): Request[] {
  const principal = askerOf(who);
  const own = { ...contextOf(principal), ...(principal.kind === 'everyone' ? NO_SERVICE : {}) };
  return eachOf(given, who).flatMap((one) => {
    const known = knownBy(one);
    return s3Contexts(question).map((context) => ({ principal, given, context: { ...known, ...own, ...context } }));
  });
}

function askerOf({ kind, names: [name = ''] }: Who): Asker {
  if (kind === 'principal') return askerOfArn(name);
  return kind === 'service' ? { kind, name } : { kind: 'everyone' };
}

/** Everybody in an organization, and whoever else is no AWS service. */
const NO_SERVICE: Context = { 'aws:principalisawsservice': 'false' };

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
  const known: Context = Object.fromEntries(demanded.map(({ key, values }) => [key, values]));
  const of = (key: string, part: (value: string) => string | undefined) =>
    demanded.flatMap((one) => (one.key === key ? one.values.map(part) : []));
  const derived = {
    'aws:sourceaccount': of('aws:sourcearn', accountOfPrincipal),
    'aws:principalorgid': of('aws:principalorgpaths', (path) => /^(o-[a-z0-9]+)\//.exec(path)?.[1]),
  };
  const whole = Object.entries(derived).flatMap(([key, values]) => {
    const all = values.filter((value) => value !== undefined);
    return all.length === 0 || all.length < values.length ? [] : [[key, all] as const];
  });
  return { ...Object.fromEntries(whole), ...known };
}

/**
 * The statement that a key policy lacks for readers of one kind: under the conditions that the bucket policy has, so that the key is opened
 * no wider. Undefined where that would open it to everyone, or a service to whoever uses it.
 */
function pasteFor(group: readonly Reader[], actions: readonly string[], question: ReaderQuestion): string | undefined {
  const [first] = group;
  const { key, state } = question;
  if (first === undefined || key?.account !== state.account) return undefined;
  const { who, given } = first;
  const conditions = given.filter((one) => who.kind !== 'principal' || !isMetByAll(group, one));
  const principal = principalFor(who.kind, group, given);
  if (principal === undefined) return undefined;
  const through = who.kind === 'service' ? {} : { StringEquals: onlyThroughS3(question) };
  const name = who.kind === 'principal' ? (accountOfPrincipal(who.names[0] ?? '') ?? '') : (who.names[0] ?? '');
  const readers = kindOf(state.bucket) === 'directory' ? 'ReadersOfDirectory' : 'ReadersOf';
  return pastedStatement({
    // Key policies take letters and digits in a Sid.
    sid: `${readers}${state.bucket}${who.kind === 'organization' ? 'Organization' : name}`.replaceAll(
      /[^A-Za-z0-9]/g,
      '',
    ),
    principal,
    actions,
    condition: conditionsJson(conditions, through),
  });
}

/** The principal element says as much. */
function isMetByAll(group: readonly Reader[], condition: Condition): boolean {
  return group.every(({ who }) => conditionMet(condition, contextOf(askerOf(who))) === 'yes');
}

function principalFor(kind: WhoKind, group: readonly Reader[], given: readonly Condition[]): object | undefined {
  const demanded = given.filter(demands);
  switch (kind) {
    case 'principal':
      return { AWS: namesIn(group) };
    case 'service':
      return demanded.some(({ key }) => key.startsWith('aws:source'))
        ? { Service: oneOrMore(namesIn(group)) }
        : undefined;
    case 'organization': {
      // A pattern in the organization's id would let in every organization that it fits.
      const ids = demanded.flatMap(({ key, values }) => (key.startsWith('aws:principalorg') ? values : []));
      return ids.length > 0 && ids.every((id) => /^o-[a-z0-9]+(\/|$)/.test(id)) ? { AWS: '*' } : undefined;
    }
    default:
      return undefined;
  }
}

/** Conditions as a policy writes them: of several by one operator on one key only what meets all of them. */
function conditionsJson(conditions: readonly Condition[], first: Record<string, object>): object {
  const written = new Map<string, object>(Object.entries(first));
  for (const { operator, key } of conditions) {
    const lists = conditions.flatMap((one) => (one.operator === operator && one.key === key ? [one.values] : []));
    const isNegated = /not/i.test(operator);
    const all = [...new Set(lists.flat())].filter((value) => isNegated || lists.every((list) => list.includes(value)));
    written.set(operator, { ...written.get(operator), [conditionName(key)]: oneOrMore(all) });
  }
  return Object.fromEntries(written);
}

function oneOrMore(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : values;
}
