import path from 'node:path';
import { explain } from '../../cli/explain/explain.ts';
import type { Explanation } from '../../cli/explain/explanation.ts';
import { readStateFile } from '../../cli/explain/state-file.ts';
import { bucketOfStateFile } from '../../cli/explain/state-file-bucket.ts';
import { compilePolicyFile } from '../../cli/policy-file.ts';

export const STATES = path.resolve(import.meta.dirname, '../../events/states');

const policies = new Map<string, ReturnType<typeof compilePolicyFile>['document']>();

/** Explains one file of events/states under a policy beside it, in this process. */
export function explainedState(name: string, policyName = 'policy.yaml'): Promise<Explanation> {
  const document = policies.get(policyName) ?? compilePolicyFile(path.join(STATES, policyName)).document;
  policies.set(policyName, document);
  const { asked, deps } = bucketOfStateFile(readStateFile(path.join(STATES, `${name}.json`)));
  return explain(asked, document, deps);
}
