import { createBucketList, type ListedBucket } from '../aws/bucket/bucket-list.ts';
import { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import { type Caller, createCaller } from '../aws/identity/caller.ts';
import { createOwnRole } from '../aws/job/own-role.ts';
import { createAccountRegions } from '../aws/organization/account-regions.ts';
import { createFindNeighbour } from '../aws/organization/find-account.ts';
import { createListAccounts, type ListedAccount } from '../aws/organization/list-accounts.ts';
import { credentialsHint, errorName, isSessionRefused, whyOf } from '../aws/sdk/service-error.ts';
import type { HubStack } from '../aws/stack/hub-stack.ts';
import type { Place } from '../bucket-id.ts';
import { type Membership, ouPathUnread } from '../ledger/account-item.ts';
import type { JobRoles } from '../policy/plan/plan-model.ts';
import { present } from '../present.ts';
import type { OwnCopyDeps } from '../remediation/own-copies-here.ts';
import type { SweptPlace } from '../remediation/sweep-place.ts';
import {
  type BucketClients,
  createAccountClient,
  createIdentityClient,
  createOrganizationsClient,
  type Watched,
} from './clients.ts';
import type { HubMemory } from './hub-memory.ts';
import { assumed, READER } from './member-access.ts';
import { type ExplainDeps, explainWith } from './explain-with.ts';
import { createPatientClients } from './patient-clients.ts';
import { shellRegion } from './shell-region.ts';

/** An account and a bucket as AWS lists them, for those who know no clients. */
export type PlanAccount = ListedAccount;
export type PlanBucket = ListedBucket;

/** What a plan reads in one account and Region. */
export interface PlanPlaceDeps extends ExplainDeps, Pick<SweptPlace, 'logging'> {
  /** Buckets that ListBuckets does not show, by kind. Each throws the SDK's error. */
  otherBuckets: { kind: string; list: () => AsyncIterable<string> }[];
  isOwnBucket: (bucket: string) => boolean;
  /** Known where the hub's stack is. */
  jobRoles?: JobRoles;
  ownCopies?: OwnCopyDeps;
}

/** What a plan reads in one account. */
export interface PlanAccountDeps {
  /** General purpose buckets of all Regions. Throws the SDK's error. */
  buckets: () => AsyncIterable<ListedBucket>;
  /** Throws the SDK's error. */
  regions: () => Promise<string[]>;
  membership: () => Promise<Membership>;
  at: (region: string) => PlanPlaceDeps;
}

export interface PlanDeps {
  caller: Caller;
  /** True where a ledger is read: then nobody needs to be asked where access logs go. */
  hasLedger: boolean;
  /** Every account of the organization. Throws the SDK's error. */
  accounts: () => AsyncIterable<ListedAccount>;
  /** Where an account is in the organization, as the hub knows it or AWS Organizations says it. */
  membership: (account: string) => Promise<Membership>;
  /** Throws ResealError account-unreachable where nobody gets in. */
  enter: (account: string) => Promise<PlanAccountDeps>;
  /** Why the credentials of this shell are not taken any more, and what to do; undefined while they are. */
  refused: () => string | undefined;
  whyOf: (error: unknown) => string;
}

export interface PlanAccess {
  caller: Caller;
  /** Where STS, Organizations and the account's list of buckets are asked. */
  region: string;
  /** The role that is assumed in other accounts. */
  role: string;
  hub?: HubStack;
}

/** How a person names what to read with. */
export interface PlanOpened {
  role?: string;
  hub?: { stack: string; region?: string };
  /** The hub's or the shell's where it is not said. */
  region?: string;
  /** Where neither is known. */
  lastRegion?: string;
}

/** Everything that a plan reads with. Throws ResealError missing-setting, no-hub, unreadable. */
export async function openPlan({ role = READER, hub: asked, region: said, lastRegion }: PlanOpened): Promise<PlanDeps> {
  const opened = asked && (await (await import('./hub.ts')).openHub(asked));
  const region =
    said ??
    opened?.hub.region ??
    (await shellRegion(
      'it is not known in which Region to ask for the buckets of the account: say one with --hub-region, or set AWS_REGION or the Region of the profile',
      lastRegion,
    ));
  const caller = opened?.caller ?? (await createCaller(createIdentityClient(region))());
  return planDeps({ caller, region, role, ...present({ hub: opened?.hub }) });
}

/** Without a hub nothing is remembered of any bucket. */
const NOTHING: HubMemory = { ledger: { read: () => Promise.resolve({}) }, isOwnBucket: () => false };

/** Reads AWS under the credentials of the shell, and in other accounts under a role. Nothing is written. What reads a hub is loaded only where there is one. */
export async function planDeps({ caller, region, role, hub }: PlanAccess): Promise<PlanDeps> {
  const { failed, refused } = createRefusal();
  const known = hub === undefined ? NOTHING : (await import('./hub-memory.ts')).hubMemory(hub);
  const organizations = createOrganizationsClient(region);
  const membership = known.membership ?? neighbourhood(createFindNeighbour(organizations, () => new Date()));
  return {
    caller,
    hasLedger: hub !== undefined,
    accounts: createListAccounts(organizations),
    membership,
    enter: async (account) => {
      const credentials =
        account === caller.account
          ? { failed }
          : await entered({ account, region, role, hubRegion: region }, caller, failed);
      return accountDeps({ account, region }, credentials, { ...known, membership });
    },
    refused,
    whyOf,
  };
}

/** Remembers the first error of a call that is about the credentials of the shell: after it, what could not be read says nothing of the bucket. */
export function createRefusal() {
  let refusal: string | undefined;
  return {
    failed: (error: unknown): void => {
      // Where an account takes no session in a Region, that says nothing of the shell.
      const hint = isSessionRefused(errorName(error)) ? undefined : credentialsHint(error);
      if (hint !== undefined) refusal ??= `${whyOf(error)}; ${hint}`;
    },
    refused: () => refusal,
  };
}

/** A session may be refused for the member's sake; where the role cannot be assumed any more for the shell's, that is told. */
async function entered(
  asked: Parameters<typeof assumed>[0],
  caller: Caller,
  failed: Watched['failed'],
): Promise<Watched> {
  const told = (error: unknown): void => failed(error instanceof Error ? (error.cause ?? error) : error);
  try {
    const { session } = await assumed(asked, caller);
    return { session, failed: told };
  } catch (error) {
    told(error);
    throw error;
  }
}

/** Asked once for each account. */
function neighbourhood(find: ReturnType<typeof createFindNeighbour>) {
  return async (account: string): Promise<Membership> => {
    const found = await find(account);
    if (found.kind === 'member') return { ouPath: { kind: 'read', value: found.ouPath } };
    const why = found.kind === 'unread' ? found.why : 'it is not in the organization of these credentials';
    return { ouPath: ouPathUnread(account, why) };
  };
}

function accountDeps(
  { account, region: home }: Place,
  credentials: Watched,
  known: HubMemory & Required<Pick<HubMemory, 'membership'>>,
): PlanAccountDeps {
  let own: Promise<Membership> | undefined;
  const membership = () => (own ??= known.membership(account));
  return {
    buckets: () => createBucketList(createPatientClients(home, credentials)).listEverywhere(),
    regions: createAccountRegions(createAccountClient(home, credentials)),
    membership,
    at: (region) => placeDeps({ account, region }, credentials, { ...known, membership }),
  };
}

function placeDeps(
  place: Place,
  credentials: Watched,
  known: HubMemory & { membership: () => Promise<Membership> },
): PlanPlaceDeps {
  const clients = createPatientClients(place.region, credentials);
  const lists = createBucketList(clients);
  const { ledger, membership, isOwnBucket, jobRoles } = known;
  return {
    ...explainWith(place, clients, ledger),
    membership,
    otherBuckets: [
      { kind: 'directory buckets', list: () => lists.listDirectory() },
      { kind: 'table buckets', list: () => lists.listTables() },
      { kind: 'vector buckets', list: () => lists.listVectors() },
    ],
    logging: createBucketLogging(clients.s3()),
    isOwnBucket: (bucket) => isOwnBucket(bucket, place),
    ...(jobRoles === undefined ? {} : rolesOf(jobRoles(place), clients)),
  };
}

function rolesOf(jobRoles: JobRoles, clients: BucketClients): Pick<PlanPlaceDeps, 'jobRoles' | 'ownCopies'> {
  const ownRole = createOwnRole(clients.iam, jobRoles['own-copy'], () => new Date());
  return { jobRoles, ownCopies: { jobRoles, ownRole } };
}
