/**
 * A bucket of the inline lane, the most objects that it takes, brought to its key by the story of reencrypt-object, every call 20 ms away: objects a second and calls an object, beside the bare SDK, which only asks for
 * UpdateObjectEncryption of the same objects, as many at once over the same client. Each is measured several times, in turns. Fails where the lane is too slow or asks too much. With a folder of Cloud Custodian (`npm run bench -- --peers DIR`) also
 * a bucket of objects that nothing encrypts, by the lane and by the peer's encrypt-keys, which copies each.
 */
import { type S3Client, UpdateObjectEncryptionCommand } from '@aws-sdk/client-s3';
import { atOnce } from '../src/at-once.ts';
import { createKeyRange } from '../src/aws/bucket/key-range.ts';
import { createObjectHead } from '../src/aws/bucket/object-head.ts';
import { createObjectCopier } from '../src/aws/object/object-copier.ts';
import type { JobRequest } from '../src/ledger/job-item.ts';
import { copyingSettings, createClients } from '../src/runtime/clients.ts';
import { ACCOUNT, openGuardedAccount, REGION } from '../test/remediation/guarded-account.ts';
import { write } from '../test/remediation/objects.ts';
import { ownJobs, queuedOwn } from '../test/remediation/run-own-jobs.ts';
import { median } from './figures/median.ts';
import { encryptKeys } from './peers/contenders.ts';

const OBJECTS = Number(process.env['OBJECTS'] ?? 1_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const AWAY_MS = 20;
/** As many as the story has at once (src/remediation/object-page.ts). */
const AT_ONCE = 64;
const LEAST_SHARE = 0.6;
const MOST_CALLS = 1.1;

await using account = await openGuardedAccount();
const { keyArn, aws } = account;
const keys = Array.from({ length: OBJECTS }, (_, index) => `key-${index}`);
let calls = 0;
const config = { ...aws.clientConfig({ account: ACCOUNT, region: REGION }), ...copyingSettings() };
const s3 = counted(createClients(REGION, undefined, config).s3());
const seconds: Record<'launch' | 'lane' | 'end' | 'bare', number[]> = { launch: [], lane: [], end: [], bare: [] };
const callsAnObject: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const bucket = `lane-${round}`;
  const own = { does: ['update-encryption', 'copy', 'own-copy'], lane: 'inline' } satisfies JobRequest['own'];
  const { token } = await queuedOwn(account, keys, { bucket, own });
  seconds.lane.push(await work(token));
  callsAnObject.push(calls / OBJECTS);
  const other = await account.bucket(`bare-${round}`);
  for (const key of keys) await write(account, other, key);
  seconds.bare.push(await timed(() => bare(other)));
}
const of = (what: keyof typeof seconds) => median(seconds[what]) ?? Number.NaN;
const most = Math.max(...callsAnObject);
const share = of('bare') / of('lane');
console.log(
  `${OBJECTS} objects, ${AWAY_MS} ms away, ${AT_ONCE} at once, median of ${ROUNDS}: ${(OBJECTS / of('lane')).toFixed(0)} objects/s by the inline lane, ${(OBJECTS / of('bare')).toFixed(0)} by the bare SDK: ${(100 * share).toFixed(0)} % (at least ${100 * LEAST_SHARE} %); ` +
    `${most.toFixed(3)} calls of S3 an object (at most ${MOST_CALLS}); its job takes ${(of('launch') + of('lane') + of('end')).toFixed(1)} s from its launch to its end`,
);
if (share < LEAST_SHARE || most > MOST_CALLS) process.exitCode = 1;
console.log(await besidePeer(process.argv[2]));
s3.destroy();

/** The same objects for both; what does not end under the key is no end. */
async function besidePeer(folder: string | undefined): Promise<string> {
  if (folder === undefined) return 'without --peers DIR no peer runs beside it';
  const peer = encryptKeys(folder);
  if (typeof peer === 'string') return peer;
  const rates: Record<'lane' | 'peer', number[]> = { lane: [], peer: [] };
  const asked = { lane: 0, peer: 0 };
  aws.onOutcome(({ call: { service } }) => void (asked.peer += service === 's3' ? 1 : 0));
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = { does: ['update-encryption', 'copy', 'own-copy'], lane: 'inline' } satisfies JobRequest['own'];
    const { token, bucket } = await queuedOwn(account, [], { bucket: `old-lane-${round}`, own });
    unencrypted(bucket);
    rates.lane.push(OBJECTS / (await work(token)));
    asked.lane = calls / OBJECTS;
    const other = unencrypted(await account.bucket(`old-peer-${round}`));
    asked.peer = 0;
    const id = aws.faults.add({ kind: 'slow', operation: '*', ms: AWAY_MS });
    const { seconds: took } = await peer({ account: ACCOUNT, endpoint: aws.endpoint, keyArn, bucket: other });
    aws.faults.remove(id);
    asked.peer /= OBJECTS;
    rates.peer.push(OBJECTS / took);
    for (const each of [bucket, other])
      if (left(each) > 0) throw new Error(`${left(each)} objects of ${each} are left`);
  }
  const words = (who: 'lane' | 'peer') =>
    `${median(rates[who])?.toFixed(0)} objects/s with ${asked[who].toFixed(1)} calls of S3 an object`;
  return `${OBJECTS} objects that nothing encrypts, the same way: ${words('lane')} by the inline lane, ${words('peer')} by the peer's encrypt-keys`;
}

function unencrypted(bucket: string): string {
  const lastModified = new Date('2022-06-01T12:00:00Z');
  for (const key of keys)
    aws.buckets.seedObject({ bucket, key, body: key, lastModified, protection: { algorithm: 'none' } });
  return bucket;
}

/** How many objects are not under the key. */
function left(bucket: string): number {
  return [...(aws.buckets.find(bucket)?.keys.from('') ?? [])].filter(({ versions: [current] }) => {
    const protection = current?.kind === 'object' ? current.sealed.protection : undefined;
    return protection?.algorithm !== 'aws:kms' || protection.keyArn !== keyArn;
  }).length;
}

function counted(client: S3Client): S3Client {
  client.middlewareStack.add(
    (next) => async (args) => {
      calls += 1;
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}

/** Seconds of what runs 20 ms away. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const id = aws.faults.add({ kind: 'slow', operation: '*', ms: AWAY_MS });
  calls = 0;
  const startedMs = performance.now();
  await run();
  const took = (performance.now() - startedMs) / 1_000;
  aws.faults.remove(id);
  return took;
}

/** The launch and the end of the job are told by another function; the piece, with all that it reads and writes in the ledger, by this one. */
async function work(token: string): Promise<number> {
  const now = () => account.now();
  const copy = createObjectCopier({ s3: () => s3, s3Once: () => s3 }, now);
  const own = ownJobs(account, {
    keyRange: createKeyRange(s3),
    readObject: createObjectHead(s3, now),
    copyObject: (task) => copy(task, { timeLeftMs: () => 600_000 }),
  });
  seconds.launch.push(await timed(() => own.launch()));
  const [message] = own.waiting.splice(0);
  if (message === undefined) throw new Error('no piece was asked for');
  const took = await timed(() => own.handle(message));
  const asked = calls;
  seconds.end.push(await timed(() => own.work()));
  const { status, succeeded } = (await account.jobItem(token)) ?? {};
  if (status !== 'complete' || succeeded !== OBJECTS)
    throw new Error(`the job is ${String(status)}, ${String(succeeded)} are done`);
  calls = asked;
  return took;
}

async function bare(Bucket: string): Promise<void> {
  const ObjectEncryption = { SSEKMS: { KMSKeyArn: keyArn, BucketKeyEnabled: true } };
  await atOnce(keys, AT_ONCE, async (Key) => {
    await s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key, ExpectedBucketOwner: ACCOUNT, ObjectEncryption }));
  });
}
