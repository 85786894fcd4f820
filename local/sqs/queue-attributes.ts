import { notEmulated } from '../errors.ts';
import { checkResourcePolicy } from '../identity/check-policy.ts';
import { entryOf } from '../entry-of.ts';
import { sqsError } from './sqs-error.ts';

/** What a queue is set to. Times in seconds, sizes in bytes; limits as in the SQS model. */
export interface QueueSettings {
  readonly delaySeconds: number;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  readonly retentionSeconds: number;
  readonly maximumSizeBytes: number;
  readonly policy?: unknown;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
  readonly redriveAllow?:
    | { readonly redrivePermission: string; readonly sourceQueueArns?: readonly string[] }
    | undefined;
  /** Encryption at rest that SQS does by itself: told, and nothing else that a caller sees. */
  readonly isSqsEncrypted: boolean;
  /** The customer key that whoever sends and receives must be allowed to use. */
  readonly keyId?: string | undefined;
}

export const DEFAULT_SETTINGS: QueueSettings = {
  delaySeconds: 0,
  visibilitySeconds: 30,
  waitSeconds: 0,
  retentionSeconds: 345_600,
  maximumSizeBytes: 1_048_576,
  isSqsEncrypted: true,
};

type Reader = (value: string, name: string) => Partial<QueueSettings>;

const READERS: Readonly<Record<string, Reader>> = {
  DelaySeconds: (value, name) => ({ delaySeconds: integer(name, value, [0, 900]) }),
  VisibilityTimeout: (value, name) => ({ visibilitySeconds: integer(name, value, [0, 43_200]) }),
  ReceiveMessageWaitTimeSeconds: (value, name) => ({ waitSeconds: integer(name, value, [0, 20]) }),
  MessageRetentionPeriod: (value, name) => ({ retentionSeconds: integer(name, value, [60, 1_209_600]) }),
  MaximumMessageSize: (value, name) => ({ maximumSizeBytes: integer(name, value, [1024, 1_048_576]) }),
  // An empty text clears a policy.
  Policy: (value, name) => ({ policy: value === '' ? undefined : readPolicy(name, value) }),
  RedrivePolicy: (value, name) => ({ redrive: value === '' ? undefined : readRedrive(name, json(name, value)) }),
  RedriveAllowPolicy: (value, name) => ({
    redriveAllow: value === '' ? undefined : readRedriveAllow(name, json(name, value)),
  }),
  SqsManagedSseEnabled: (value, name) => ({ isSqsEncrypted: flag(name, value) }),
  // Of the two kinds of encryption a queue has one.
  KmsMasterKeyId: (value) =>
    value === '' ? { keyId: undefined } : { keyId: customerKey(value), isSqsEncrypted: false },
};

const NOT_EMULATED = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
]);

/** Reads the attribute map of CreateQueue and SetQueueAttributes. Throws InvalidAttributeName or InvalidAttributeValue. */
export function readAttributes(attributes: Readonly<Record<string, string>> = {}): Partial<QueueSettings> {
  return Object.entries(attributes).reduce<Partial<QueueSettings>>((settings, [name, value]) => {
    if (NOT_EMULATED.has(name)) {
      throw notEmulated(`The queue attribute ${name}`);
    }
    const reader = entryOf(READERS, name);
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
    SqsManagedSseEnabled: String(settings.isSqsEncrypted),
    ...(settings.keyId === undefined ? {} : { KmsMasterKeyId: settings.keyId }),
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

function customerKey(keyId: string): string {
  if (keyId.includes('alias/aws/')) throw notEmulated(`The key ${keyId} for a queue`);
  return keyId;
}

function flag(name: string, value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidValue(name);
}

function readPolicy(name: string, value: string): object {
  const policy = json(name, value);
  checkResourcePolicy(policy, (message) =>
    sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}. Reason: ${message}.`),
  );
  return policy;
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
