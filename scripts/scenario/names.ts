/** What `--scenario` takes, the default first. */
export const SCENARIO_NAMES = ['buckets', 'org'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];
