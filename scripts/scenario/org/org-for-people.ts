import { hanging, wrapped } from '../../wrapped.ts';
import { aligned, NARROW } from '../aligned.ts';
import type { AccountResult, OrgResult, Seen } from './org-result.ts';

/** What a person reads at the end of `npm start -- --scenario org`: the accounts, what was seen of them, what is left, and the sum of it. */
export function orgForPeople(result: OrgResult, columns: number): string {
  const paragraphs = [...sentencesOf(result), ''].map((sentence) => hanging(sentence, columns).join('\n'));
  return [accountTable(result, columns), '', ...paragraphs, ...wrapped(orgSummary(result), columns)].join('\n');
}

/** One line for each account and one for their sum, or several where the terminal is narrow. */
export function accountTable(result: Pick<OrgResult, 'accounts'>, columns: number): string {
  const rows = [...result.accounts, sumOf(result.accounts)];
  if (columns < NARROW) return rows.flatMap((row) => stacked(row, columns)).join('\n');
  return aligned([HEADINGS, ...rows.map(cellsOf)], columns, { left: 2, flexible: 1 }).join('\n');
}

const HEADINGS = ['account', 'in the organization', 'buckets', 'repaired', 'held', 'gone', 'jobs', 're-enc.'];

function cellsOf({ account, is, buckets, repaired, held, gone, jobs, objectsReencrypted }: AccountResult): string[] {
  return [account, is, ...[buckets, repaired, held, gone, jobs, objectsReencrypted].map(String)];
}

function sumOf(accounts: readonly AccountResult[]): AccountResult {
  const sum = (pick: (account: AccountResult) => number) => accounts.reduce((total, each) => total + pick(each), 0);
  return {
    account: 'sum',
    is: `${accounts.length} accounts`,
    buckets: sum(({ buckets }) => buckets),
    repaired: sum(({ repaired }) => repaired),
    held: sum(({ held }) => held),
    gone: sum(({ gone }) => gone),
    jobs: sum(({ jobs }) => jobs),
    objectsReencrypted: sum(({ objectsReencrypted }) => objectsReencrypted),
  };
}

function stacked(row: AccountResult, columns: number): string[] {
  const { account, is, buckets, repaired, held, gone, jobs, objectsReencrypted } = row;
  const numbers = `${buckets} buckets: ${repaired} repaired, ${held} held, ${gone} gone; ${jobs} jobs, ${objectsReencrypted} objects re-encrypted`;
  return [...wrapped(`${account}: ${is}`, columns), ...wrapped(numbers, columns, '    ')];
}

function sentencesOf({ events, jobs, jobsClosed, results, seen, left, regions, objectsRead }: OrgResult): string[] {
  const answered = events.map((one) => `${one.event} ${one.answered} of ${one.sent}`).join(', ');
  const tables = left
    .filter(({ type }) => type === 'AWS::DynamoDB::Table')
    .map(({ name, account }) => `${name} in ${account}`);
  const buckets = left.filter(({ type }) => type === 'AWS::S3::Bucket').length;
  const holds = results.filter(({ verdict }) => verdict === 'hold');
  const byReason = Map.groupBy(holds, ({ reasons }) => reasons.map(({ code }) => code).join(', '));
  const held = [...byReason].map(([codes, its]) => `${its.map(({ bucket }) => bucket).join(', ')} (${codes})`);
  return [
    `Answered in the account and Region of the bucket, in ${regions.length} Regions: ${answered}; JobStatusChanged ${jobsClosed} of ${jobs}.`,
    `Held, and left as they are: ${held.join(', ')}. With --json each has its reason and the statement to paste.`,
    ...seen.map(sentenceOf),
    `Left: the ledger (${tables.join(', ')}) and ${buckets} buckets: the policy's, and one for reports in each account and Region, with all they hold. Every other bucket keeps its encryption; ${objectsRead} objects of them were read back.`,
  ];
}

function sentenceOf({ account, what, found, message = '' }: Seen): string {
  return `${account}: ${what}: ${found}.${message === '' ? '' : ` ${message}`}`;
}

/** The last line of the scenario. */
function orgSummary(result: OrgResult): string {
  const { accounts, regions, events, jobs, objectsReencrypted, objectsBelowStandard } = result;
  const total = sumOf(accounts);
  const answered = events.reduce((sum, one) => sum + one.answered, 0);
  return (
    `reseal: ${accounts.length} accounts, ${regions.length} Regions, ${answered} buckets answered, ${total.repaired} repaired, ${total.held} held, ` +
    `${total.gone} gone, ${jobs} jobs, ${objectsReencrypted} objects re-encrypted, ${objectsBelowStandard} objects below standard`
  );
}
