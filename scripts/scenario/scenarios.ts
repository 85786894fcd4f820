import path from 'node:path';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { LOCAL_SETTLE_SECONDS } from '../options.ts';
import { BACKFILL_KINDS, backfillScenario } from './backfill/backfill-scenario.ts';
import { bucketScenario } from './bucket-scenario.ts';
import { fleetScenario } from './fleet/fleet-scenario.ts';
import type { ScenarioName, Size } from './names.ts';
import { scenarioOptions } from './options.ts';
import { objectsScenario, POLICY } from './objects/objects-scenario.ts';
import { HUB_PARAMETERS } from './org/hub-stack.ts';
import { orgScenario } from './org/org-scenario.ts';
import { KINDS } from './play.ts';
import type { Scenario, ScenarioSetting } from './scenario.ts';

/** In each account, where nobody says how many. */
const BUCKETS_EACH = 40;
/** Any other draws other buckets and other events. */
const SEED = 1;
/** Of each kind, where nobody says how many; in the scenario objects as many as make more than 5,000 in all. */
const OBJECTS = 5;
const OBJECTS_OF_A_CLASS = 100;

interface Staged {
  /** The policy document that is packaged. */
  policy: () => string;
  /** Seconds from a change until Reseal looks; undefined where the scenario says when it does. */
  settle: number | undefined;
  /** Parameters of the stack, beside those of every embedded AWS. */
  parameters: Readonly<Record<string, string>>;
  begin: (setting: ScenarioSetting, policy: PolicyDocument, size: Size) => Scenario;
}

const SCENARIOS: Record<ScenarioName, Staged> = {
  buckets: {
    policy: () => process.env['RESEAL_POLICY'] ?? 'reseal.yaml',
    settle: LOCAL_SETTLE_SECONDS,
    parameters: {},
    begin: (setting, policy, { buckets = KINDS.length, objects = OBJECTS }) =>
      bucketScenario(setting, scenarioOptions(policy, { buckets, objects })),
  },
  backfill: {
    policy: () => process.env['RESEAL_POLICY'] ?? 'reseal.yaml',
    settle: LOCAL_SETTLE_SECONDS,
    parameters: {},
    begin: (setting, policy, { buckets = BACKFILL_KINDS.length, objects = OBJECTS }) =>
      // The mission is every object, whatever the policy asks for.
      backfillScenario(setting, { ...scenarioOptions(policy, { buckets, objects }), reencrypt: 'all', observe: false }),
  },
  org: {
    policy: () => path.join(import.meta.dirname, 'org/policy.yaml'),
    settle: undefined,
    parameters: HUB_PARAMETERS,
    begin: (setting, _policy, { objects = OBJECTS }) => orgScenario(setting, objects),
  },
  objects: {
    policy: () => POLICY,
    settle: LOCAL_SETTLE_SECONDS,
    parameters: { OwnCopies: 'true' },
    begin: (setting, _policy, { objects = OBJECTS_OF_A_CLASS }) => objectsScenario(setting, objects),
  },
};

/** The scenario org with accounts of its own number. */
const FLEET: Staged = {
  policy: () => 'reseal.yaml',
  settle: undefined,
  parameters: HUB_PARAMETERS,
  begin: (setting, { standard }, { accounts = 0, buckets = accounts * BUCKETS_EACH, objects = OBJECTS }) =>
    fleetScenario(setting, { accounts, buckets, objects, seed: SEED }, standard),
};

/** Every scenario of `npm start`: under which policy and how it is deployed, and its acts. */
export function stagedFor(scenario: ScenarioName, { accounts }: Pick<Size, 'accounts'> = {}): Staged {
  return accounts === undefined ? SCENARIOS[scenario] : FLEET;
}
