import type { EncryptionReading } from '../aws/bucket/bucket-encryption.ts';
import type { BucketTable } from '../aws/ledger/bucket-table.ts';
import type { BucketId } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import { type BucketItem, ITEM_VERSION, type Repair } from '../ledger/bucket-item.ts';
import { livingRepairs, repairOfWhoDied, withRepairs } from '../ledger/repairs.ts';
import type { Facts } from '../policy/facts.ts';
import { parsePolicy } from '../policy/document/document.ts';
import { keyForm } from '../policy/keys/key-form.ts';
import { type Encryption, kindOf } from '../policy/model.ts';
import { LEASE_MS } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { concluded, type FactDeps, factReading, factsAtHand } from './gather.ts';
import { isWritten, type Write, writeRule } from './repair.ts';

export type RollbackDeps = FactDeps &
  Pick<AssessDeps, 'encryption' | 'now' | 'wait' | 'newOwner' | 'partition'> & { ledger: BucketTable };

export interface RollbackRequest extends BucketId {
  /** ARN of whoever asks. */
  by: string;
}

/** What was put back in place of what. */
export interface RolledBack {
  replaced: Encryption;
  restored: Encryption;
  repairedAt: string;
}

/**
 * Puts back the encryption that the last repair replaced. The bucket is claimed and held first, so that the guardrail does not repair it again
 * the moment it sees the change. Throws ResealError not-rolled-back where there is nothing to put back, somebody has changed the
 * bucket since, or what is put back would break something; then nothing is changed and nothing held.
 */
export async function rollback({ by, ...id }: RollbackRequest, deps: RollbackDeps): Promise<RolledBack> {
  const { bucket } = id;
  const item = await deps.ledger.read(id);
  const reading = await deps.encryption.read(id);
  if (reading.kind !== 'read') throw refused(bucket, unreadBecause(reading));
  const last = lastRepair(item, reading.rule);
  if (last === undefined) {
    throw refused(
      bucket,
      'the ledger has no repair of it; is this the table of the hub that guards it, and are its account and Region right?',
    );
  }
  if (!isWritten(reading.rule, last.wrote))
    throw rolledBackAlready(id, item, last, reading.rule) ?? changed(bucket, last, reading.rule);
  await preflight(last.replaced, { id, item, found: reading.rule }, deps);
  const owner = await claimed(id, item, { by }, deps);
  const wrote = await writeRule(last.replaced, { ...id, found: reading.rule }, deps, {
    meanwhile: async () => undefined,
  });
  const at = deps.now().toISOString();
  if (wrote.kind !== 'written') throw await notWritten(wrote, { id, owner, last, found: reading.rule }, deps);
  const set = {
    v: ITEM_VERSION,
    asOf: at,
    rolledBack: { at, by, replaced: last.wrote, restored: last.replaced },
    repairs: withRepairs(item, [last]),
    // What is queued for it is never launched.
    standardId: '',
  };
  await deps.ledger.settle(id, { set, remove: ['rollingBack', 'pending', ...CLAIM] }, { kind: 'owner', owner });
  return { replaced: last.wrote, restored: last.replaced, repairedAt: last.at };
}

function unreadBecause(reading: Exclude<EncryptionReading, { kind: 'read' }>): string {
  if (reading.kind === 'gone') return 'it does not exist: check the name';
  if (reading.kind === 'elsewhere')
    return `it is in ${reading.region ?? 'another Region'}: name that Region with --region`;
  const todo = reading.denied
    ? '; check whose bucket it is (--account), and use credentials or a role (--role) that may read it'
    : '';
  return `its encryption cannot be read (${reading.code}: ${reading.message})${todo}`;
}

const CLAIM = ['claimOwner', 'claimUntil'];

/** The last repair of the bucket that is there now, also one whose invocation died before it could record it. */
function lastRepair(item: BucketItem, found: Encryption): Repair | undefined {
  const { pending, policySha256 = 'unknown' } = item;
  const [unrecorded] = repairOfWhoDied(item, { at: pending?.at ?? '', found, policySha256 });
  return unrecorded ?? livingRepairs(item).at(-1);
}

/** What is put back is judged as a repair is: a key that cannot be used, or that would lock somebody out, is not put on the bucket. */
async function preflight(
  rule: Encryption,
  { id, item, found }: { id: BucketId; item: BucketItem; found: Encryption },
  deps: RollbackDeps,
): Promise<void> {
  const { bucket } = id;
  const { algorithm, keyId, bucketKey = false } = rule;
  if (algorithm === undefined || algorithm === 'AES256' || keyId === undefined || keyForm(keyId).kind === 'aws-managed')
    return;
  const key = await deps.keys.read(keyId, 0);
  if (key.kind !== 'found') throw refused(bucket, `its old key ${keyId} was not found, so every write would fail`);
  const standard = { algorithm, key: key.key.arn, bucketKey, blockSseC: 'leave', strength: 'exactly' };
  // The log sources count, and what was held or repaired before does not: this is a person's decision.
  const history: Facts['history'] = { kind: 'read', value: { repairs: [], logSources: item.logSources ?? [] } };
  const known = {
    state: { ...id, rule: found, own: false },
    kind: kindOf(bucket),
    partition: deps.partition,
    policy: parsePolicy({ version: 1, standard }),
    facts: { ...factsAtHand(id, await deps.membership(id.account)), history },
    now: deps.now(),
  };
  const { decision } = await concluded(known, factReading(id, deps));
  const { kind, reasons } = decision.verdict;
  if (kind === 'hold' || kind === 'unreadable') {
    throw refused(bucket, `${reasons.map(({ message }) => message).join(' ')} Mend that first`);
  }
}

/** Takes the bucket and holds it, before anything is written: no event is faster. */
async function claimed(id: BucketId, item: BucketItem, { by }: { by: string }, deps: RollbackDeps): Promise<string> {
  const owner = deps.newOwner();
  const nowMs = deps.now().getTime();
  const terms = { kind: 'read', rev: item.rev } as const;
  const { written } = await deps.ledger.claim({ id, owner, nowMs, untilMs: nowMs + LEASE_MS, terms });
  const rollingBack = { at: deps.now().toISOString(), by };
  const hold = { set: { rollingBack, asOf: rollingBack.at }, remove: [] };
  // A look that began before may have ended the claim already: then nothing holds the bucket, and nothing may be written to it.
  if (written && (await deps.ledger.settle(id, hold, { kind: 'owner', owner })).written) return owner;
  throw refused(id.bucket, 'an invocation works on it just now; try again in two minutes');
}

/** Where S3 has surely not taken it, nothing is held; else it may have, and the hold stays until somebody has looked. */
async function notWritten(
  wrote: Exclude<Write, { kind: 'written' }>,
  { id, owner, last, found }: { id: BucketId; owner: string; last: Repair; found: Encryption },
  deps: RollbackDeps,
): Promise<ResealError> {
  const isHeld = wrote.kind === 'failed' && wrote.mayHaveWritten;
  const remove = [...(isHeld ? [] : ['rollingBack']), ...CLAIM];
  await deps.ledger.settle(id, { set: {}, remove }, { kind: 'owner', owner });
  if (wrote.kind === 'changed') return changed(id.bucket, last, found);
  const held = isHeld ? ' It may have arrived, so the bucket is held: look at it, then run reseal acknowledge.' : '';
  return refused(id.bucket, `${wrote.reason.message}${held}`, wrote.error);
}

/** A second rollback finds what the first one put back. */
function rolledBackAlready(
  { bucket, region }: BucketId,
  { rolledBack }: BucketItem,
  last: Repair,
  found: Encryption,
): ResealError | undefined {
  if (rolledBack === undefined || rolledBack.at < last.at || !isWritten(found, last.replaced)) return undefined;
  const why = `it was rolled back already, by ${rolledBack.by} at ${rolledBack.at}, and is held since. Run reseal acknowledge ${bucket} --region ${region} where it shall be judged again`;
  return refused(bucket, why);
}

function changed(bucket: string, last: Repair, found: Encryption): ResealError {
  const why = `expected what the repair of ${last.at} wrote, ${JSON.stringify(last.wrote)}, found ${JSON.stringify(found)}: somebody has changed it since`;
  return refused(bucket, why);
}

function refused(bucket: string, why: string, cause?: unknown): ResealError {
  return new ResealError('not-rolled-back', `bucket ${bucket} was not rolled back: ${why}`, { bucket, cause });
}
