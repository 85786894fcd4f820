import { createObjectHead, type ObjectReading } from '../aws/bucket/object-head.ts';
import { createObjectPages, type ListedName, type PageStart } from '../aws/bucket/object-pages.ts';
import { type Caller, createCaller } from '../aws/identity/caller.ts';
import { present } from '../present.ts';
import { createIdentityClient } from './clients.ts';
import { explainBeside, type ExplainDeps } from './explain-with.ts';
import { assumed, needOwnAccount } from './member-access.ts';
import { createPatientClients } from './patient-clients.ts';
import { createRefusal } from './plan-deps.ts';

/** What is listed and read, for those who know no clients. */
export type VerifyName = ListedName;
export type VerifyReading = ObjectReading;
export type VerifyStart = PageStart;

/** How a person names the bucket whose objects are read, and by whom. */
interface AskedVerify {
  /** That of the credentials where it is not said. */
  account?: string;
  region: string;
  hubRegion: string;
  role?: string;
  table?: string;
  ouPath?: string;
}

export interface VerifyDeps extends ReturnType<typeof readersOf> {
  caller: Caller;
  account: string;
  explain: ExplainDeps;
  /** Why the credentials of this shell are not taken any more, and what to do; undefined while they are. */
  refused: () => string | undefined;
}

/**
 * Reads every object of a bucket, under the credentials of the shell or of a role of the person's choice: the role for readers may not, because
 * whoever may ask for an object's headers may read what is in it (Service Authorization Reference, s3:GetObject). Throws ResealError
 * account-unreachable.
 */
export async function verifyDeps(asked: AskedVerify): Promise<VerifyDeps> {
  const { region, hubRegion, role, table, ouPath } = asked;
  const caller = await createCaller(createIdentityClient(hubRegion))();
  const account = asked.account ?? caller.account;
  if (role === undefined) needOwnAccount(account, caller);
  const { failed, refused } = createRefusal();
  const session =
    role === undefined ? {} : { session: (await assumed({ account, region, hubRegion, role }, caller)).session };
  const clients = createPatientClients(region, { ...session, failed });
  const where = { account, region, ...present({ ouPath }) };
  const explain = explainBeside({ table, hubRegion }, where, clients);
  return { caller, account, refused, explain, ...readersOf(clients) };
}

function readersOf(clients: ReturnType<typeof createPatientClients>) {
  const s3 = clients.s3();
  return { pages: createObjectPages(s3), head: createObjectHead(s3, () => new Date()) };
}
