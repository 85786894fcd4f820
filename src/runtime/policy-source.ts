import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PolicyPin } from '../aws/ledger-item.ts';
import { messageOf } from '../aws/service-error.ts';
import { ResealError } from '../errors.ts';
import { parsePolicy } from '../policy/document.ts';
import type { CurrentPolicy, Log } from '../remediation/deps.ts';

/** How long a policy is used before the pin is looked at again. */
const FRESH_MS = 60_000;

export interface PolicySource {
  packaged: CurrentPolicy;
  /** Which published object is the policy; `undefined` where none was published. */
  readPin: () => Promise<PolicyPin | undefined>;
  readObject: (pin: PolicyPin) => Promise<string>;
  /** Counts the metric that the stack's alarm watches. */
  alarm: () => void;
  log: Log;
  now: () => Date;
}

/** The policy that was packaged with the function. Throws ResealError invalid-policy: such a function must not start. */
export function readPackagedPolicy(path: string): CurrentPolicy {
  const text = readFileSync(path, 'utf8');
  return checked(text, sha256(text));
}

/**
 * The policy in force, looked up at most once a minute: the published object that the pin names, else the packaged one. One that
 * cannot be read or does not match its pin never takes effect; the last good one stays, and the alarm is raised.
 */
export function createPolicySource(source: PolicySource): () => Promise<CurrentPolicy> {
  let current = source.packaged;
  let lookedAtMs = -Infinity;
  let look: Promise<void> | undefined;

  async function refresh(nowMs: number): Promise<void> {
    try {
      current = await lookUp(source, current);
    } catch (error) {
      source.alarm();
      source.log.error('policy unreadable, the last good one stays in force', {
        inForce: current.sha256,
        error: messageOf(error),
      });
    }
    lookedAtMs = nowMs;
    look = undefined;
  }

  return async () => {
    const nowMs = source.now().getTime();
    // The records of a batch are judged at once: they share one look.
    if (nowMs - lookedAtMs >= FRESH_MS) await (look ??= refresh(nowMs));
    return current;
  };
}

async function lookUp(source: PolicySource, current: CurrentPolicy): Promise<CurrentPolicy> {
  const pin = await source.readPin();
  if (pin === undefined) return source.packaged;
  if (pin.sha256 === current.sha256) return current;
  const text = await source.readObject(pin);
  const found = sha256(text);
  if (found !== pin.sha256) {
    throw new ResealError(
      'invalid-policy',
      `s3://${pin.bucket}/${pin.key} version ${pin.versionId}: expected SHA-256 ${pin.sha256}, found ${found}; publish the policy again`,
    );
  }
  return checked(text, found);
}

function checked(text: string, hash: string): CurrentPolicy {
  try {
    return { document: parsePolicy(JSON.parse(text)), sha256: hash };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ResealError(
      'invalid-policy',
      `the policy is not JSON: ${error.message}; compile it with \`reseal policy compile\``,
      { cause: error },
    );
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
