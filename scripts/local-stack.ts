import os from 'node:os';
import path from 'node:path';
import { compilePolicyFile } from '../cli/policy-file.ts';
import type { DeployerOptions } from '../local/cloudformation/deployer.ts';
import type { LambdaSettings } from '../local/wiring.ts';
import { namedKeys } from '../src/policy/document/named-keys.ts';
import { packageStack, TEMPLATE } from './package.ts';
import type { Progress } from './progress.ts';

/** Here nobody waits 6 minutes for a message that a function did not finish, as on AWS. */
const RETURN_SECONDS = 5;

/** How the functions run on a machine that is so many times slower than a quiet laptop: no more at once than its cores carry. */
export function functionsOn(slowness: number): LambdaSettings {
  return { slowness, atOnce: 2 * os.availableParallelism(), returnSeconds: RETURN_SECONDS };
}

/** Nobody waits for it either: whoever deploys so ends the delay by hand (`POST /_local/settle`). */
const LONGEST_SETTLE_SECONDS = 900;

export interface LocalStack {
  policy: ReturnType<typeof compilePolicyFile>['document'];
  deployer: DeployerOptions;
  packagedInSeconds: number;
}

/** Checks the policy, packages the functions with it, and says how the stack is deployed into the embedded AWS. Throws ResealError invalid-policy. */
export async function localStack(
  { policy, settle, parameters }: { policy: string; settle: number | undefined; parameters?: Record<string, string> },
  progress?: Progress,
): Promise<LocalStack> {
  const { document } = compilePolicyFile(policy);
  const { directory, seconds } = await packageStack({ policy, ...(progress && { progress }) });
  return {
    policy: document,
    packagedInSeconds: seconds,
    deployer: {
      template: path.join(directory, TEMPLATE),
      stackName: 'reseal-prod',
      otherRegions: path.resolve(import.meta.dirname, '../infra/member/region.yml'),
      // Retries of an unreadable bucket would take a quarter of an hour; here they follow each other at once.
      parameters: {
        SettleSeconds: String(settle ?? LONGEST_SETTLE_SECONDS),
        UnreadableRetrySeconds: '0',
        ...parameters,
      },
      keys: [...new Set(namedKeys(document).map(({ key }) => key))],
    },
  };
}

/** Says what is different from a stack in AWS. */
export function overridesLine(settle: number | undefined): string {
  const look = settle === undefined ? 'when the scenario says so' : `after ${settle} s`;
  return `faster than in AWS: a changed bucket is looked at ${look} (60 there), one that could not be read again after 0 s (60), and what was not finished after ${RETURN_SECONDS} s (360)`;
}
