import path from 'node:path';
import { compilePolicyFile } from '../cli/policy-file.ts';
import type { DeployerOptions } from '../local/cloudformation/deployer.ts';
import { namedKeys } from '../src/policy/document/named-keys.ts';
import { packageStack, TEMPLATE } from './package.ts';

/** A laptop waits 2 s where a real account waits a minute. */
export const LOCAL_SETTLE_SECONDS = 2;

export interface LocalStack {
  policy: ReturnType<typeof compilePolicyFile>['document'];
  deployer: DeployerOptions;
  packagedInSeconds: number;
}

/** Checks the policy, packages the functions with it, and says how the stack is deployed into the embedded AWS. Throws ResealError invalid-policy. */
export async function localStack({ policy, settle }: { policy: string; settle: number }): Promise<LocalStack> {
  const { document } = compilePolicyFile(policy);
  const { directory, seconds } = await packageStack({ policy });
  return {
    policy: document,
    packagedInSeconds: seconds,
    deployer: {
      template: path.join(directory, TEMPLATE),
      stackName: 'reseal-prod',
      // Retries of an unreadable bucket would take a quarter of an hour; here they follow each other at once.
      parameters: { SettleSeconds: String(settle), UnreadableRetrySeconds: '0' },
      keys: [...new Set(namedKeys(document).map(({ key }) => key))],
    },
  };
}

/** Says which of the template's parameters are overridden. */
export function overridesLine(settle: number): string {
  return `settle ${settle} s (SettleSeconds; the template's default is 60), retries of unreadable buckets at once (UnreadableRetrySeconds; default 60)`;
}
