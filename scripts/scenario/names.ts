/** What `--scenario` takes, the default first. */
export const SCENARIO_NAMES = ['buckets', 'org', 'backfill', 'objects'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** How big a scenario is, as it was asked for. */
export interface Size {
  /** Undefined where the scenario's own accounts play. */
  accounts?: number | undefined;
  buckets?: number | undefined;
  /** Objects of each kind; undefined where the scenario says how many. */
  objects?: number | undefined;
}
