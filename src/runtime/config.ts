import { ResealError } from '../errors.ts';

/** Every setting of every function, and of the commands. The stack sets them (serverless.yml), Lambda sets AWS_REGION and LAMBDA_TASK_ROOT. */
interface Settings {
  /** The accounts that were packaged, relative to LAMBDA_TASK_ROOT. */
  ACCOUNTS_FILE: string;
  /** The account of the hub itself, 12 digits. */
  ACCOUNT_ID: string;
  /** The queue for later tries. */
  AGAIN_QUEUE_URL: string;
  /** The queue of live events. */
  ASSESS_QUEUE_URL: string;
  /** The function's own name; Lambda sets it. */
  AWS_LAMBDA_FUNCTION_NAME: string;
  /** The Region of the function, or of the operator's shell. */
  AWS_REGION: string;
  /** The same for a shell that has not set AWS_REGION. */
  AWS_DEFAULT_REGION: string;
  /** The role of S3 Batch Operations jobs that update encryption in place, in each account: its ARN with `{account}` in it. */
  BATCH_ROLE: string;
  /** The same for those that copy. */
  COPY_BATCH_ROLE: string;
  /** Where messages go that no retry can help. */
  DEAD_LETTER_QUEUE_URL: string;
  /** All dead-letter queues of the stack, with commas between them, in the order of DEAD_LETTER_QUEUES. */
  DEAD_LETTER_QUEUE_URLS: string;
  /** The name of the rule that forwards the events of each account and Region to the hub. */
  FORWARD_RULE: string;
  JOB_QUEUE_URL: string;
  INLINE_QUEUE_URL: string;
  OBJECT_QUEUE_URL: string;
  /** The folder of the function's package. */
  LAMBDA_TASK_ROOT: string;
  /** The name of the ledger's table. */
  LEDGER_TABLE: string;
  /** How many jobs of one account may be active at a time, over all Regions. */
  MAX_ACTIVE_JOBS: string;
  /** The queue of the function sweep: accounts to look at, and the parts of a large sweep. */
  MEMBERSHIP_QUEUE_URL: string;
  /** The role of the function's own name in each account that is guarded: its ARN with `{account}` in it. */
  MEMBER_ROLE: string;
  /** The topic for people, or `none`. */
  NOTIFY_TOPIC_ARN: string;
  /** The organization of the hub (o-a1b2c3d4e5), may be empty. */
  ORGANIZATION_ID: string;
  /** The role of our own copies in each account: its ARN with `{account}` in it. It may not be there. */
  OWN_COPY_ROLE: string;
  /** Names of the hub's own buckets, with commas between them. */
  OWN_BUCKETS: string;
  /** aws, aws-cn, aws-us-gov or aws-eusc. */
  PARTITION: string;
  /** The packaged policy, relative to LAMBDA_TASK_ROOT. */
  POLICY_FILE: string;
  /** The packaged list prices, relative to LAMBDA_TASK_ROOT. */
  PRICES_FILE: string;
  /** A file of list prices, for whoever packages or runs a command. */
  RESEAL_PRICES: string;
  /** What the names of all buckets for job reports begin with. */
  REPORTS_BUCKET_PREFIX: string;
  /** `auto` or `off`. */
  SECURITY_HUB: string;
  /** How many buckets one invocation of the sweep takes: more are swept in parts. */
  SWEEP_PART_BUCKETS: string;
  SWEEP_QUEUE_URL: string;
  /** The ARN of the queue of data events; empty where nobody watches writes. */
  WRITE_QUEUE_ARN: string;
  /** The same queue; empty where nobody watches writes. */
  WRITE_QUEUE_URL: string;
  /** Whole seconds until a bucket that could not be read is looked at again, at most 900. */
  UNREADABLE_RETRY_SECONDS: string;
}

export type SettingName = keyof Settings;

type Environment = Readonly<Partial<Record<SettingName, string>>>;

/** Reads settings by name; all that are missing are reported together. Throws ResealError missing-setting. */
export function readSettings<const Name extends SettingName>(
  names: readonly Name[],
  env: Environment = process.env,
): Pick<Settings, Name> {
  const missing = names.filter((name) => env[name] === undefined || env[name] === '').toSorted();
  if (missing.length > 0) {
    throw new ResealError(
      'missing-setting',
      `missing environment variable ${missing.join(', ')}; the stack sets it, so deploy the function from this version's template`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, env[name]])) as Pick<Settings, Name>;
}

/** A setting that may be left empty: undefined then. */
export function readOptional(name: SettingName, env: Environment = process.env): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/** A whole number within bounds. Throws ResealError missing-setting naming what was expected and found. */
export function readNumber(name: SettingName, text: string, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number <= max) return number;
  throw new ResealError(
    'missing-setting',
    `${name}: expected a whole number from 0 to ${max}, found ${JSON.stringify(text)}`,
  );
}
