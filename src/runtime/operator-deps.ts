import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEncryption } from '../aws/bucket/encryption-of-kinds.ts';
import { createInvoke } from '../aws/function/invoke-function.ts';
import { type Caller, createCaller } from '../aws/identity/caller.ts';
import { createKeys, type Keys } from '../aws/key/keys.ts';
import { createMembershipReader } from '../aws/ledger/account-reader.ts';
import { type BucketTable, createBucketTable } from '../aws/ledger/bucket-table.ts';
import { createWritersReader } from '../aws/ledger/writers-table.ts';
import {
  createPolicyPublication,
  type InForce,
  publishPolicy,
  type PublishRequest,
} from '../aws/published-policy/policy-publication.ts';
import { createPolicyPin } from '../aws/published-policy/pinned-policy.ts';
import { credentialsHint, whyOf } from '../aws/sdk/service-error.ts';
import { partitionOf } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import type { Membership } from '../ledger/account-item.ts';
import type { BucketItem } from '../ledger/bucket-item.ts';
import type { AcknowledgeDeps } from '../remediation/acknowledge.ts';
import type { RollbackDeps } from '../remediation/rollback.ts';
import { type ApiAnswer, answeredClients } from './answered-clients.ts';
import { assumed, needOwnAccount, READER } from './member-access.ts';
import { createBucketClients, createClients, createIdentityClient } from './clients.ts';
import { explainBeside, type ExplainDeps, explainWith, type Where } from './explain-with.ts';
import { createHubClients, createLambdaClient } from './hub-clients.ts';
import { shellRegion } from './shell-region.ts';
import { createFactSources } from '../aws/bucket/fact-sources.ts';

/** Which bucket's place a person names, and the hub's table. */
export interface AskedPlace {
  /** That of the credentials where it is not said. */
  account?: string;
  region: string;
  /** Where the table is. */
  hubRegion: string;
  table: string;
}

interface Known extends Pick<AcknowledgeDeps, 'now'> {
  caller: Caller;
  account: string;
  ledger: BucketTable;
  membership: (account: string) => Promise<Membership>;
  writers: ReturnType<typeof createWritersReader>;
}

/** Who asks, whose bucket it is, and the ledger: under the person's own credentials, which are also what the ledger remembers. */
export async function ledgerDeps({ account, hubRegion, table }: AskedPlace): Promise<Known> {
  const caller = await createCaller(createIdentityClient(hubRegion))();
  const dynamoDb = createHubClients(hubRegion).dynamoDb();
  const ledger = createBucketTable(dynamoDb, table);
  return {
    caller,
    account: account ?? caller.account,
    ledger,
    membership: createMembershipReader(dynamoDb, table),
    writers: createWritersReader(dynamoDb, table),
    now: () => new Date(),
  };
}

/** What a person does to one bucket: in the ledger under the person's own credentials, in the bucket under those of a role where one is named. */
export async function operatorDeps(asked: AskedPlace & { role?: string }): Promise<RollbackDeps & Known> {
  const known = await ledgerDeps(asked);
  const { region, hubRegion, role } = asked;
  const { account, caller, now } = known;
  if (role === undefined) needOwnAccount(account, caller);
  const credentials = role === undefined ? undefined : await assumed({ account, region, hubRegion, role }, caller);
  const clients = createBucketClients(region, credentials);
  return {
    ...known,
    region,
    partition: partitionOf(region),
    encryption: createEncryption(clients),
    keys: createKeys(clients.kms(), now),
    facts: createFactSources(clients, now),
    wait: (ms) => sleep(ms),
    newOwner: randomUUID,
  };
}

export type PolicyPublisher = ReturnType<typeof policyPublisher>;

/** Puts a policy in force in one Region, under the operator's own credentials. */
export function policyPublisher({ region, table }: { region: string; table: string }) {
  const clients = createHubClients(region);
  const publication = createPolicyPublication({ s3: clients.s3(), dynamoDb: clients.dynamoDb(), table });
  return {
    caller: createCaller(createIdentityClient(region)),
    inForce: () => publication.inForce(),
    publish: (request: PublishRequest, shown: InForce) => publishPolicy(request, publication, shown),
  };
}

/** Which policy was published last, for who has the table of a stack, or why the table does not say. */
export function pinReader({ region, table }: { region: string; table: string }) {
  return { read: createPolicyPin(createHubClients(region).dynamoDb(), table), whyOf };
}

/** Runs the function of a stack that looks after its dead letters, under the operator's own credentials. */
export function sweepInvoker({ region, functionName }: { region: string; functionName: string }) {
  return {
    caller: createCaller(createIdentityClient(region)),
    invoke: createInvoke(createLambdaClient(region), functionName),
  };
}

export interface CheckDeps {
  /** Whose credentials these are. Throws ResealError unreadable where STS does not say. */
  caller: (region: string) => Promise<Caller>;
  /** Where an alias is asked for that holds in every Region, when the policy names none: the shell's. Throws ResealError missing-setting. */
  homeRegion: () => Promise<string>;
  /** Whether the operator's account has a KMS alias in a Region. Throws ResealError unreadable where KMS does not say. */
  hasAlias: (region: string, alias: string) => Promise<boolean>;
}

/** What `policy check --live` asks of AWS, under the operator's own credentials. */
export function checkDeps(): CheckDeps {
  const keysOf = new Map<string, Keys>();
  return {
    homeRegion: () =>
      shellRegion(
        'the policy names no Region: say with --region in which to ask KMS, or set AWS_REGION or the Region of the profile',
      ),
    caller: (region) => createCaller(createIdentityClient(region))(),
    async hasAlias(region, alias) {
      const keys = keysOf.get(region) ?? createKeys(createClients(region).kms(), () => new Date());
      keysOf.set(region, keys);
      try {
        return (await keys.read(alias, Infinity)).kind === 'found';
      } catch (cause) {
        throw new ResealError(
          'unreadable',
          `KMS did not say whether ${alias} is in ${region}: ${whyOf(cause)}; ${credentialsHint(cause) ?? 'allow the credentials of this shell kms:DescribeKey'}`,
          { cause },
        );
      }
    },
  };
}

/**
 * Reads AWS with the operator's own credentials, or with those of a role where one is named or the account is another one; without a ledger
 * table, nothing is remembered of the bucket. Throws ResealError account-unreachable.
 */
export async function explainDeps(where: Where, asked: ExplainAsked): Promise<ExplainDeps> {
  return explainBeside(asked, where, createBucketClients(where.region, await readerOf(where, asked)));
}

interface ExplainAsked {
  role?: string;
  table?: string;
  hubRegion: string;
}

async function readerOf(where: Where, { role, hubRegion }: ExplainAsked) {
  const asking = createCaller(createIdentityClient(hubRegion))();
  // Whoever may not be asked has no account of its own: the bucket's answer says what is wrong.
  const caller = role === undefined ? await asking.catch(() => undefined) : await asking;
  if (caller === undefined || (role === undefined && caller.account === where.account)) return undefined;
  return assumed({ ...where, hubRegion, role: role ?? READER }, caller);
}

/** Reads a description instead of AWS: `answer` replaces its API, `remembered` the ledger. */
export function givenDeps(where: Where, answer: ApiAnswer, remembered: BucketItem): ExplainDeps {
  const ledger = { read: () => Promise.resolve(remembered) };
  return explainWith(where, answeredClients(where.region, answer), ledger);
}
