import assert from 'node:assert/strict';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import type { Outcome } from '../../src/remediation/look.ts';
import { ACCOUNT, AGAIN_QUEUE, type GuardedAccount } from './guarded-account.ts';

export interface LaterTry {
  trigger: BucketTrigger;
  delaySeconds: number;
}

/** The queue for later tries, whose delays are over when the test says so. */
export interface LaterTries {
  /** What has been sent since this was asked last. */
  sent(): LaterTry[];
  /** Delivers each message when its delay is over, and what that sends, until nothing is left; `over` replaces means of the n-th delivery. */
  deliver(over?: (delivery: number) => Partial<AssessDeps>): Promise<Outcome[]>;
}

/** More than any chain has: then something goes round and round. */
const TOO_MANY = 60;

export function laterTries(account: GuardedAccount): LaterTries {
  let seen = account.calls.length;
  const sent = (): LaterTry[] => account.calls.slice(seen, (seen = account.calls.length)).flatMap(readTry);
  return {
    sent,
    deliver: async (over = () => ({})) => {
      const outcomes: Outcome[] = [];
      for (let tries = sent(); tries.length > 0; tries = sent()) {
        for (const { trigger, delaySeconds } of tries) {
          account.advance(delaySeconds);
          outcomes.push(await account.assess(trigger, over(outcomes.length)));
          assert.ok(outcomes.length < TOO_MANY, 'the messages do not come to an end');
        }
      }
      return outcomes;
    },
  };
}

function readTry({ operation, input }: GuardedAccount['calls'][number]): LaterTry[] {
  const { QueueUrl = '', MessageBody, DelaySeconds = 0 } = input as Partial<Record<string, unknown>>;
  if (operation !== 'SendMessage' || !String(QueueUrl).endsWith(`/${AGAIN_QUEUE}`)) return [];
  const trigger = parseBucketMessage(String(MessageBody), `arn:aws:iam::${ACCOUNT}:role/reseal`);
  assert.ok(!('ignored' in trigger));
  return [{ trigger, delaySeconds: Number(DelaySeconds) }];
}
