import { atOnce } from '../../src/at-once.ts';
import type { Membership } from '../../src/ledger/account-item.ts';
import { present } from '../../src/present.ts';
import type { PlanAccount, PlanAccountDeps, PlanBucket, PlanPlaceDeps } from '../../src/runtime/plan-deps.ts';
import { type PlannedPlace, planPlace } from './plan-place.ts';
import type { Run } from './run.ts';

/** Lists the buckets of one account and judges them, Region by Region at once. An account that cannot be entered is named, and costs the others nothing. */
export async function planAccount(listed: PlanAccount, run: Run): Promise<void> {
  const places = await placesOf(listed, run);
  run.survey.listing -= 1;
  await Promise.all(places.map(({ place, deps }) => planPlace(place, deps, run)));
}

async function placesOf({ account, name, ouPath }: PlanAccount, run: Run): Promise<Opened[]> {
  const { deps, survey } = run;
  const unentered = (why: string): void => {
    const refused = deps.refused();
    if (refused === undefined) survey.unentered.push({ account, why, ...present({ name }) });
    else run.stop({ kind: 'failed', why: refused });
  };
  const entered = await deps.enter(account).catch((error: unknown) => unentered(messageOf(error)));
  if (entered === undefined || run.isOver()) return [];
  const listed = await Array.fromAsync(entered.buckets()).catch((error: unknown) =>
    unentered(`its buckets could not be listed (${deps.whyOf(error)}): allow s3:ListAllMyBuckets`),
  );
  if (listed === undefined || run.isOver()) return [];
  const placed = Map.groupBy(listed, ({ region }) => region);
  const membership = await membershipIn(ouPath, entered);
  const regions = await regionsOf(account, { entered, placed: [...placed.keys()] }, run);
  const at = new Map(
    regions.map((region) => [region, { ...entered.at(region), membership: async () => membership }] as const),
  );
  await addOthers(account, { at, placed }, run);
  survey.accounts.push(account);
  run.seen(account, [...placed.values()].flat());
  const path = membership.ouPath.kind === 'read' ? membership.ouPath.value : undefined;
  return [...at].map(([region, placeDeps]) => {
    const all = placed.get(region) ?? [];
    const wanted = all.filter(isWanted(run));
    survey.found += wanted.length;
    return { place: { account, region, wanted, all, ...present({ ouPath: path }) }, deps: placeDeps };
  });
}

interface Opened {
  place: PlannedPlace;
  deps: PlanPlaceDeps;
}

/** The list of the organization is newer than what a ledger knows. */
async function membershipIn(ouPath: string | undefined, entered: PlanAccountDeps): Promise<Membership> {
  return ouPath === undefined ? entered.membership() : { ouPath: { kind: 'read', value: ouPath } };
}

function isWanted({ asked: { buckets } }: Run): (listed: PlanBucket) => boolean {
  if (buckets === undefined) return () => true;
  const names = new Set(buckets);
  return ({ bucket }) => names.has(bucket);
}

interface Listed {
  entered: PlanAccountDeps;
  /** The Regions in which the account has general purpose buckets. */
  placed: string[];
}

/** Every Region that is asked about and that the account has; where it does not say that, those in which it has buckets. */
async function regionsOf(
  account: string,
  { entered, placed }: Listed,
  { asked, deps, survey }: Run,
): Promise<string[]> {
  if (asked.regions !== undefined) return [...new Set(asked.regions)];
  try {
    return [...new Set([...(await entered.regions()), ...placed])];
  } catch (error) {
    survey.unlisted.push(
      `Account ${account} did not say which Regions it has (${deps.whyOf(error)}), so directory, table and vector buckets were looked for only where it has others: allow account:ListRegions, or name the Regions with --region.`,
    );
    return placed;
  }
}

const LISTS_AT_ONCE = 16;

/** Adds the buckets that ListBuckets does not show. */
async function addOthers(
  account: string,
  { at, placed }: { at: ReadonlyMap<string, PlanPlaceDeps>; placed: Map<string, PlanBucket[]> },
  { deps, survey }: Run,
): Promise<void> {
  const failed = new Map<string, string[]>();
  await atOnce(at, LISTS_AT_ONCE, async ([region, { otherBuckets }]) => {
    for (const { kind, list } of otherBuckets) {
      try {
        const names = await Array.fromAsync(list());
        placed.set(region, [...(placed.get(region) ?? []), ...names.map((bucket) => ({ bucket, region }))]);
      } catch (error) {
        const why = `${kind} (${deps.whyOf(error)})`;
        failed.set(why, [...(failed.get(why) ?? []), region]);
      }
    }
  });
  for (const [why, regions] of failed)
    survey.unlisted.push(`Account ${account}, ${regions.toSorted().join(', ')}: what could not be listed: ${why}.`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
