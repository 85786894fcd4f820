import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PolicyPin, PolicyVersion } from '../ledger/policy-pin.ts';
import { isOutOfTime, messageOf, whyOf } from '../aws/sdk/service-error.ts';
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
  return { document: documentOf(text), sha256: sha256(text), order: 0 };
}

/**
 * The policy in force, looked up at most once a minute: the published version that the pin names, else the packaged policy. A version
 * that cannot be read or does not match its pin never takes effect. What is used instead, always with the alarm (docs/decisions/0007):
 * the policy that this process has in force; where it has just started, the version before; else the packaged policy, but nobody
 * published that one last, so under it nothing is changed. Throws ResealError invalid-policy, always retryable, where a process that has
 * just started cannot read the pin.
 */
export function createPolicySource(source: PolicySource): (atLeast?: number) => Promise<CurrentPolicy> {
  let current: Current | undefined;
  let look: Promise<Current> | undefined;
  /** The highest order that was asked for since the last regular look: where it was not found, not every record looks for it again. */
  let soughtOrder = 0;

  /** The records of a batch are judged at once: they share one look. */
  function lookAgain(atMs: number): Promise<Current> {
    return (look ??= refresh(atMs).finally(() => {
      look = undefined;
    }));
  }

  /** Whoever began the look had no time left; who waits for it may have. */
  function unlessOutOfTime(error: unknown): Current | undefined {
    if (isOutOfTime(error)) return current;
    throw error;
  }

  async function refresh(atMs: number): Promise<Current> {
    current = { ...(await lookUp(source, current)), atMs };
    return current;
  }

  return async (atLeast = 0) => {
    const nowMs = source.now().getTime();
    let known = look === undefined ? current : await look.catch(unlessOutOfTime);
    if (known === undefined || nowMs - known.atMs >= FRESH_MS) {
      soughtOrder = atLeast;
      known = await lookAgain(nowMs);
    }
    if (known.policy.order < atLeast && (look !== undefined || soughtOrder < atLeast)) {
      soughtOrder = Math.max(soughtOrder, atLeast);
      known = await lookAgain(nowMs);
    }
    return known.policy;
  };
}

interface Known {
  policy: CurrentPolicy;
  /** It was packaged, and stands in for one that could not be read. */
  isStandIn: boolean;
}

type Current = Known & { atMs: number };

async function lookUp(source: PolicySource, current?: Known): Promise<Known> {
  let pin: PolicyPin | undefined;
  try {
    pin = await source.readPin();
    if (pin === undefined) return { policy: source.packaged, isStandIn: false };
    return { policy: await readVersion(source, pin, current), isStandIn: false };
  } catch (error) {
    if (isOutOfTime(error)) throw error;
    source.alarm();
    const instead = await readable(source, { pin, current, error });
    source.log.error('policy unreadable, another one is used', {
      inForce: instead.policy.sha256,
      order: instead.policy.order,
      changesNothing: instead.isStandIn,
      error: messageOf(error),
    });
    return instead;
  }
}

async function readable(
  source: PolicySource,
  { pin, current, error }: { pin: PolicyPin | undefined; current: Known | undefined; error: unknown },
): Promise<Known> {
  if (current !== undefined && !current.isStandIn) return current;
  if (pin?.previous !== undefined) {
    try {
      return { policy: await readVersion(source, pin.previous, current), isStandIn: false };
    } catch (cause) {
      source.log.error('policy before unreadable', { error: messageOf(cause) });
    }
  }
  // A table that is away keeps no drift either. The message comes back, and is judged by the policy that is in force.
  if (pin === undefined && !(error instanceof ResealError) && current === undefined) {
    const message = `the ledger does not say which policy is in force: ${whyOf(error)}`;
    throw new ResealError('invalid-policy', message, { retryable: true, cause: error });
  }
  return { policy: { ...source.packaged, document: observing(source.packaged.document) }, isStandIn: true };
}

/** The same policy that changes nothing, also where a rule of it says that it enforces. */
function observing({ rules, ...document }: CurrentPolicy['document']): CurrentPolicy['document'] {
  return { ...document, mode: 'observe', rules: rules.map((rule) => ({ ...rule, mode: 'observe' })) };
}

async function readVersion(source: PolicySource, version: PolicyVersion, current?: Known): Promise<CurrentPolicy> {
  const { sha256: expected, order } = version;
  // Published again, the same document has a new order.
  if (current?.isStandIn === false && expected === current.policy.sha256) return { ...current.policy, order };
  const text = await source.readObject(version);
  const found = sha256(text);
  if (found === expected) return { document: documentOf(text), sha256: found, order };
  const message = `s3://${version.bucket}/${version.key} version ${version.versionId}: expected SHA-256 ${expected}, found ${found}; publish the policy again`;
  throw new ResealError('invalid-policy', message, { retryable: true });
}

function documentOf(text: string): CurrentPolicy['document'] {
  try {
    return parsePolicy(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = `the policy is not JSON: ${error.message}; compile it with \`reseal policy compile\``;
    throw new ResealError('invalid-policy', message, { cause: error });
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
