import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Outcome } from '../../local/world.ts';
import { ACCOUNT, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';

const VISIBILITY_SECONDS = 360;

/** The stack under a clock that the test moves; the clocks of the functions' processes go on as they do. */
async function openStack() {
  let aheadMs = 0;
  const stack = await deployStack({ now: () => new Date(Date.now() + aheadMs) });
  return {
    stack,
    advance: (seconds: number) => {
      aheadMs += seconds * 1_000;
      stack.aws.clockMoved();
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

const isOfReseal = ({ call }: Outcome) => /^reseal-(hub-)?assess-bucket$/.test(call.caller.role?.name ?? '');

/** Ends the process of assess-bucket once, after it has claimed a bucket: then it reads what safety needs. */
function dieAfterClaim(stack: DeployedStack): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isDead = false;
  stack.aws.onOutcome((outcome) => {
    if (isDead || outcome.call.operation !== 'GetBucketPolicy' || !isOfReseal(outcome)) return;
    isDead = true;
    for (const { definition, figures } of stack.aws.functions.list()) {
      const pid = definition.name.includes('assess') ? figures.at(-1)?.pid : undefined;
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    }
    resolve();
  });
  return promise;
}

/** What assess-bucket sends into its own queue; `undefined` once it has written to a bucket. */
function openLinks(stack: DeployedStack): () => Promise<{ DelaySeconds: number } | undefined> {
  const seen: ({ DelaySeconds: number } | undefined)[] = [];
  let wake = () => {};
  stack.aws.onOutcome((outcome) => {
    const { operation } = outcome.call;
    if (!isOfReseal(outcome) || (operation !== 'SendMessage' && operation !== 'PutBucketEncryption')) return;
    const DelaySeconds = Number(Reflect.get(Object(outcome.input), 'DelaySeconds') ?? 0);
    seen.push(operation === 'SendMessage' ? { DelaySeconds } : undefined);
    wake();
  });
  return async () => {
    if (seen.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return seen.shift();
  };
}

const message = (bucket: string) =>
  JSON.stringify({
    reseal: 'assess',
    version: 1,
    bucket,
    account: ACCOUNT,
    region: REGION,
    cause: 'created',
    at: new Date().toISOString(),
    causeId: 'the-event',
    attempt: 0,
    observe: false,
  });

test(
  'row 8: the duplicate of a message whose invocation died after its claim is sent on once, and loop detection stops nothing',
  { timeout: 60_000 },
  async () => {
    await using opened = await openStack();
    const { stack, advance } = opened;
    const Bucket = 'claimed';
    stack.aws.bus.faults.add({ kind: 'lose' });
    const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
    await stack.clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await stack.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'object', Body: 'bytes of object' }));
    const died = dieAfterClaim(stack);
    await stack.sendAsSweep(message(Bucket));
    await died;

    const nextLink = openLinks(stack);
    await stack.sendAsSweep(message(Bucket));
    const delays: number[] = [];
    for (let link = await nextLink(); link !== undefined; link = await nextLink()) {
      const { DelaySeconds } = link;
      delays.push(DelaySeconds);
      assert.ok(1 + delays.length <= 8, `a chain of ${1 + delays.length} invocations: ${delays.join(' s, ')} s apart`);
      advance(DelaySeconds);
    }
    // The message of the dead invocation comes back, and finds everything done.
    advance(VISIBILITY_SECONDS);
    await stack.idle();

    assert.equal(delays.length, 1);
    assert.ok(Number(delays[0]) > 60 && Number(delays[0]) <= 76, `${delays[0]} s`);
    const lines = stack.aws.functions.list().flatMap(({ log }) => log.lines);
    assert.deepEqual(
      lines.filter((line) => line.includes('RecursiveInvocationException')),
      [],
    );
    assert.equal((await stack.read(Bucket, 'object')).algorithm, 'aws:kms');
    assert.deepEqual([await stack.waiting('AssessDeadLetters'), await stack.waiting('SweepDeadLetters')], [[], []]);
  },
);
