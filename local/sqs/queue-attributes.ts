import { notEmulated } from '../errors.ts';
import { sqsError } from './sqs-error.ts';

/** What a queue is set to. Times in seconds, sizes in bytes; limits as in the SQS model. */
export interface QueueSettings {
  readonly delaySeconds: number;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  readonly retentionSeconds: number;
  readonly maximumSizeBytes: number;
  readonly policy?: unknown;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
  readonly redriveAllow?: { readonly redrivePermission: string; readonly sourceQueueArns?: readonly string[] };
}

export const DEFAULT_SETTINGS: QueueSettings = {
  delaySeconds: 0,
  visibilitySeconds: 30,
  waitSeconds: 0,
  retentionSeconds: 345_600,
  maximumSizeBytes: 1_048_576,
};

type Reader = (value: string, name: string) => Partial<QueueSettings>;

const READERS: Readonly<Record<string, Reader>> = {
  DelaySeconds: (value, name) => ({ delaySeconds: integer(name, value, [0, 900]) }),
  VisibilityTimeout: (value, name) => ({ visibilitySeconds: integer(name, value, [0, 43_200]) }),
  ReceiveMessageWaitTimeSeconds: (value, name) => ({ waitSeconds: integer(name, value, [0, 20]) }),
  MessageRetentionPeriod: (value, name) => ({ retentionSeconds: integer(name, value, [60, 1_209_600]) }),
  MaximumMessageSize: (value, name) => ({ maximumSizeBytes: integer(name, value, [1024, 1_048_576]) }),
  Policy: (value, name) => ({ policy: value === '' ? undefined : json(name, value) }),
  RedrivePolicy: (value, name) => (value === '' ? {} : { redrive: readRedrive(name, json(name, value)) }),
  RedriveAllowPolicy: (value, name) =>
    value === '' ? {} : { redriveAllow: readRedriveAllow(name, json(name, value)) },
  // Encryption at rest that SQS does by itself changes nothing that a caller sees.
  SqsManagedSseEnabled: () => ({}),
};

const NOT_EMULATED = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
]);

/** Reads the attribute map of CreateQueue and SetQueueAttributes. Throws InvalidAttributeName or InvalidAttributeValue. */
export function readAttributes(attributes: Readonly<Record<string, string>> = {}): Partial<QueueSettings> {
  return Object.entries(attributes).reduce<Partial<QueueSettings>>((settings, [name, value]) => {
    if (NOT_EMULATED.has(name)) {
      throw notEmulated(`The queue attribute ${name}`);
    }
    const reader = READERS[name];
    if (!reader) {
      throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
    return { ...settings, ...reader(value, name) };
  }, {});
}

/** The settings as GetQueueAttributes prints them. */
export function printAttributes(settings: QueueSettings): Record<string, string> {
  return {
    DelaySeconds: String(settings.delaySeconds),
    VisibilityTimeout: String(settings.visibilitySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.waitSeconds),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    MaximumMessageSize: String(settings.maximumSizeBytes),
    SqsManagedSseEnabled: 'true',
    ...(settings.policy === undefined ? {} : { Policy: JSON.stringify(settings.policy) }),
    ...(settings.redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(settings.redriveAllow === undefined ? {} : { RedriveAllowPolicy: JSON.stringify(settings.redriveAllow) }),
  };
}

function invalidValue(name: string): Error {
  return sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

function integer(name: string, value: string, [least, most]: readonly [number, number]): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw invalidValue(name);
  }
  return number;
}

function json(name: string, value: string): object {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null) {
      return parsed;
    }
  } catch {
    // Not JSON is as wrong as JSON of another type.
  }
  throw invalidValue(name);
}

function readRedrive(name: string, policy: object): NonNullable<QueueSettings['redrive']> {
  const { deadLetterTargetArn, maxReceiveCount }: { deadLetterTargetArn?: unknown; maxReceiveCount?: unknown } = policy;
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidValue(name);
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

function readRedriveAllow(name: string, policy: object): NonNullable<QueueSettings['redriveAllow']> {
  const { redrivePermission, sourceQueueArns }: { redrivePermission?: unknown; sourceQueueArns?: unknown } = policy;
  const sources = Array.isArray(sourceQueueArns) ? sourceQueueArns.filter((arn) => typeof arn === 'string') : undefined;
  if (redrivePermission === 'byQueue' && sources) {
    return { redrivePermission, sourceQueueArns: sources };
  }
  if (redrivePermission === 'allowAll' || redrivePermission === 'denyAll') {
    return { redrivePermission };
  }
  throw invalidValue(name);
}
