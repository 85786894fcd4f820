import type { PolicyPin } from '../../src/ledger/policy-pin.ts';

/** The policy that a verdict rests on. */
export interface JudgedBy {
  file: string;
  /** Of the compiled policy, as `reseal policy compile` tells it. */
  sha256: string;
  /** What the functions go by, where the table is given. */
  inForce?: InForce;
}

type InForce =
  | { source: 'published'; publication: number; sha256: string; isSame: boolean }
  | { source: 'packaged' }
  | { source: 'unknown'; why: string };

/** What the table says of the policy in force. `whyOf` gives an error in words. */
export async function inForceBeside(
  sha256: string,
  readPin: () => Promise<PolicyPin | undefined>,
  whyOf: (error: unknown) => string,
): Promise<InForce> {
  try {
    const pin = await readPin();
    if (pin === undefined) return { source: 'packaged' };
    const { order: publication, sha256: published } = pin;
    return { source: 'published', publication, sha256: published, isSame: published === sha256 };
  } catch (error) {
    return { source: 'unknown', why: whyOf(error) };
  }
}

/** One line about it for people. */
export function inForceLine({ file, sha256, inForce }: JudgedBy): string | undefined {
  if (inForce === undefined) return undefined;
  const here = `this verdict is that of ${file} (SHA-256 ${sha256})`;
  if (inForce.source === 'unknown') return `unknown (${inForce.why}); ${here}`;
  if (inForce.source === 'packaged')
    return `the policy of the last deploy, because none was published, and it cannot be read from here; ${here}`;
  if (inForce.isSame) return `this policy, as publication ${inForce.publication}`;
  return `another policy, publication ${inForce.publication} (SHA-256 ${inForce.sha256}); ${here}`;
}
