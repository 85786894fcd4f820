import path from 'node:path';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { LOCAL_SETTLE_SECONDS } from '../options.ts';
import { bucketScenario } from './bucket-scenario.ts';
import type { ScenarioName } from './names.ts';
import { scenarioOptions } from './options.ts';
import { HUB_PARAMETERS } from './org/hub-stack.ts';
import { orgScenario } from './org/org-scenario.ts';
import type { Scenario, ScenarioSetting } from './scenario.ts';

interface Staged {
  /** The policy document that is packaged. */
  policy: () => string;
  /** Seconds from a change until Reseal looks; undefined where the scenario says when it does. */
  settle: number | undefined;
  /** Parameters of the stack, beside those of every embedded AWS. */
  parameters: Readonly<Record<string, string>>;
  begin: (setting: ScenarioSetting, policy: PolicyDocument, size: { buckets: number; objects: number }) => Scenario;
}

/** Every scenario of `npm start`: under which policy and how it is deployed, and its acts. */
export const SCENARIOS: Record<ScenarioName, Staged> = {
  buckets: {
    policy: () => process.env['RESEAL_POLICY'] ?? 'reseal.yaml',
    settle: LOCAL_SETTLE_SECONDS,
    parameters: {},
    begin: (setting, policy, size) => bucketScenario(setting, scenarioOptions(policy, size)),
  },
  org: {
    policy: () => path.join(import.meta.dirname, 'org/policy.yaml'),
    settle: undefined,
    parameters: HUB_PARAMETERS,
    begin: (setting, _policy, { objects }) => orgScenario(setting, objects),
  },
};
