import type { Reason } from '../../src/policy/model.ts';
import { asJson } from '../terminal-json.ts';
import type { PlannedBucket } from './planned-bucket.ts';

/** A text in lines that fit, each after the indent. */
export type Fit = (text: string, indent?: string) => string[];

/** How many buckets of one kind are named; `--json` names all. */
const MOST_NAMED = 20;

/** Buckets with their reasons: what is the same for many is said once, and a statement to paste is printed once in all. */
export function reasonLines(buckets: readonly PlannedBucket[], fit: Fit): string[] {
  const pasted = new Set<string>();
  const groups = Map.groupBy(buckets, (bucket) =>
    JSON.stringify(bucket.reasons.map((reason) => likeness(reason, bucket))),
  );
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    return [
      ...namesOf(alike).flatMap((text) => fit(text, '  ')),
      ...first.reasons.flatMap((reason) => [
        ...fit(`${reason.code}: ${reason.message}`, '    '),
        ...pasteLines(reason, pasted, fit),
      ]),
    ];
  });
}

/** What a reason says, whatever bucket it is about. The Sid of a statement has the name of the bucket for which it was made first. */
function likeness({ code, message, paste }: Reason, { bucket }: PlannedBucket): string[] {
  const name = new RegExp(`(?<![\\w.-])${bucket.replaceAll('.', String.raw`\.`)}(?![\\w-])`, 'g');
  return [code, message.replaceAll(name, ''), paste === undefined ? '' : withoutSid(paste).replaceAll(name, '')];
}

function withoutSid(paste: string): string {
  const { Sid: _, ...statement }: Record<string, unknown> = JSON.parse(paste);
  return JSON.stringify(statement);
}

function namesOf(alike: readonly PlannedBucket[]): string[] {
  const named = alike.slice(0, MOST_NAMED).map(({ bucket, account, region }) => `${bucket} (${account}, ${region})`);
  const more = alike.length - named.length;
  return more === 0 ? named : [...named, `and ${more} more, for the same reasons; --json names all`];
}

function pasteLines({ paste }: Reason, pasted: Set<string>, fit: Fit): string[] {
  if (paste === undefined) return [];
  const what = withoutSid(paste);
  if (pasted.has(what)) return fit('The statement is the one above.', '      ');
  pasted.add(what);
  return asJson(JSON.parse(paste), 2)
    .split('\n')
    .map((line) => `      ${line}`);
}
