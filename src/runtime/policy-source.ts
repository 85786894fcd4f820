import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PolicyPin, PolicyVersion } from '../aws/ledger/ledger-item.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import { parsePolicy } from '../policy/document/document.ts';
import type { CurrentPolicy, Log } from '../remediation/deps.ts';

/** How long a policy is used before the pin is looked at again. */
const FRESH_MS = 60_000;

export interface PolicySource {
  packaged: CurrentPolicy;
  /** Which published object is the policy; `undefined` where none was published. */
  readPin: () => Promise<PolicyPin | undefined>;
  readObject: (version: PolicyVersion) => Promise<string>;
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
 * cannot be read or does not match its pin never takes effect; the last good one stays, and the alarm is raised. A process that
 * has just started knows no last good one: where the pinned version is not valid, that is the version before; where it only cannot be
 * read, it may be valid, and ResealError invalid-policy, retryable, is thrown rather than going back to what it replaced.
 */
export function createPolicySource(source: PolicySource): () => Promise<CurrentPolicy> {
  let current: CurrentPolicy | undefined;
  let lookedAtMs = -Infinity;
  let look: Promise<CurrentPolicy> | undefined;

  async function refresh(nowMs: number): Promise<CurrentPolicy> {
    try {
      current = await lookUp(source, current);
      lookedAtMs = nowMs;
      return current;
    } finally {
      look = undefined;
    }
  }

  return async () => {
    const nowMs = source.now().getTime();
    if (current !== undefined && nowMs - lookedAtMs < FRESH_MS) return current;
    // The records of a batch are judged at once: they share one look.
    return (look ??= refresh(nowMs));
  };
}

async function lookUp(source: PolicySource, current: CurrentPolicy | undefined): Promise<CurrentPolicy> {
  let pin: PolicyPin | undefined;
  try {
    pin = await source.readPin();
    return pin === undefined ? source.packaged : await readVersion(source, pin, current);
  } catch (error) {
    source.alarm();
    const last = current ?? (await lastGood(source, pin, error));
    source.log.error('policy unreadable, the last good one stays in force', {
      inForce: last.sha256,
      error: messageOf(error),
    });
    return last;
  }
}

/** What was in force before this process began, where the pinned version was never good: the one before, or the packaged policy. */
async function lastGood(source: PolicySource, pin: PolicyPin | undefined, cause: unknown): Promise<CurrentPolicy> {
  const isInvalid = cause instanceof ResealError && cause.code === 'invalid-policy';
  if (isInvalid && pin !== undefined) {
    return pin.previous === undefined ? source.packaged : readVersion(source, pin.previous, undefined);
  }
  const message = `the published policy cannot be read and it is not known which one was in force: ${messageOf(cause)}`;
  throw new ResealError('invalid-policy', message, { retryable: true, cause });
}

async function readVersion(
  source: PolicySource,
  version: PolicyVersion,
  current: CurrentPolicy | undefined,
): Promise<CurrentPolicy> {
  if (version.sha256 === current?.sha256) return current;
  const text = await source.readObject(version);
  const found = sha256(text);
  if (found !== version.sha256) {
    throw new ResealError(
      'invalid-policy',
      `s3://${version.bucket}/${version.key} version ${version.versionId}: expected SHA-256 ${version.sha256}, found ${found}; publish the policy again`,
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
