import type { Call, Caller } from './call.ts';
import type { StreamMapping } from './change-stream.ts';
import type { Permission } from './service.ts';

/**
 * What the services of the embedded AWS know of each other. Each member is implemented in the folder of its service. A service imports no
 * files of another one, with two exceptions: S3 Control (batch/) works on S3's own store, and whoever reads policies reads them with
 * identity/. test/architecture.test.ts has the whole list.
 */
export interface World {
  readonly now: () => Date;
  readonly identity: Identity;
  readonly keys: Keys;
  readonly events: Events;
  readonly activity: Activity;
  /** Run an operation in process, as `caller`, with the same permission check as over the wire. */
  invoke(service: string, operation: string, input: object, as: CallAs): Promise<unknown>;
}

export interface CallAs {
  readonly caller: Caller;
  readonly region: string;
  readonly viaService?: string;
  /** The service that makes the call for the caller, for example cloudformation.amazonaws.com; CloudTrail shows it. */
  readonly invokedBy?: string;
}

/** identity/: accounts, roles, sessions, and the policy evaluation that stands before every operation. */
export interface Identity {
  /** 12 digits are the account itself; a session key is its role; everything else is the account 000000000000. */
  callerOf(accessKeyId: string): Caller;
  administrator(accountId: string): Caller;
  /** Throws NoSuchEntity where the boundary is no managed policy that is there. */
  putRole(role: Role): void;
  deleteRole(arn: string): void;
  /** A managed policy: roles may have it as their permissions boundary. */
  putPolicy(arn: string, document: unknown): void;
  role(arn: string): Role | undefined;
  /** Names are unique in an account, whatever the path. */
  roleNamed(accountId: string, name: string): Role | undefined;
  /** Credentials of a role session. Throws AccessDenied where `trusted` (a service or an ARN) is not in the role's trust policy. */
  startSession(
    roleArn: string,
    sessionName: string,
    trusted: { service: string } | { arn: string },
    terms?: SessionTerms,
  ): Session;
  /** Throws AwsError AccessDenied naming caller, action and resource unless every permission is granted. */
  authorize(call: Call, permissions: readonly Permission[]): void;
  /**
   * Whether `permission.resourcePolicy` alone lets a service principal such as events.amazonaws.com in; the request's own keys, for example
   * aws:SourceArn, are in `permission.context`.
   */
  allowsService(service: string, permission: Permission): boolean;
}

export interface SessionTerms {
  /** Keys that the trust policy may ask for, for example sts:ExternalId or aws:SourceAccount. */
  readonly context?: Readonly<Record<string, string>>;
  /** 3600 where absent. */
  readonly lifetimeS?: number;
}

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly trust: unknown;
  /** Inline policy documents. */
  readonly policies: readonly unknown[];
  /** ARN of the managed policy that limits what the others allow. */
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  readonly caller: Caller;
}

/** kms/: keys and aliases per account and Region. */
export interface Keys {
  /** Takes a key id, key ARN, alias name or alias ARN; ids and names are looked up in the given account and Region. Throws NotFoundException. */
  resolve(keyId: string, accountId: string, region: string): Key;
  create(options: { accountId: string; region: string; id?: string; alias?: string; description?: string }): Key;
  /** The AWS managed key alias/aws/s3 of an account and Region, made at its first use. */
  awsManaged(alias: string, accountId: string, region: string): Key;
  /** Encrypts a data key under the key. Throws KMS.DisabledException, KMS.KMSInvalidStateException or KMS.InvalidKeyUsageException as S3 names them. */
  wrap(keyArn: string, dataKey: Buffer): Buffer;
  unwrap(keyArn: string, wrapped: Buffer): Buffer;
}

export interface Key {
  readonly arn: string;
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly state: string;
  readonly usage: string;
  readonly spec: string;
  readonly manager: 'AWS' | 'CUSTOMER';
  /** The key policy document, for `Permission.resourcePolicy`. */
  readonly policy: unknown;
}

/** events/: the buses of each account and Region. */
export interface Events {
  /** On the default bus of the account and Region that the event names. */
  publish(event: BusEvent): void;
}

export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What is under way; `/_local/idle` waits until nothing is. */
export interface Activity {
  /** Call the returned function exactly once, when the work is over. */
  begin(kind: 'message' | 'invocation' | 'job' | 'event'): () => void;
  readonly counts: Readonly<Record<'message' | 'invocation' | 'job' | 'event', number>>;
  /** Resolves true once nothing is under way, false after `timeoutMs`. */
  idle(timeoutMs: number): Promise<boolean>;
}

/** What happened to one call, told to CloudTrail after the answer is known. */
export interface Outcome {
  readonly call: Call;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly status?: number };
}

/** An AWS service that acts by itself, for example events.amazonaws.com for a rule: only a resource policy lets it in. */
export interface ServicePrincipal {
  readonly principal: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** sqs/: how services inside the process reach a queue beside the SQS operations. */
export interface QueueFeed {
  /** Sends as a service. Throws QueueDoesNotExist, or AccessDenied where the queue's policy does not let it. */
  deliver(
    queueArn: string,
    message: { body: string; attributes?: Readonly<Record<string, string>>; groupId?: string },
    from: ServicePrincipal,
  ): void;
  /** From now on the queue's messages count as activity, and `wake` is called when one becomes visible. Throws QueueDoesNotExist. */
  consume(queueArn: string, wake: () => void): Consumption;
}

export interface Consumption {
  /** How many messages could be received now. */
  visible(): number;
  /** Changes for how long a message that was received stays hidden. Throws MessageNotInflight where it no longer is. */
  hide(receiptHandle: string, seconds: number): void;
  stop(): void;
}

/** lambda/: functions and the event source mappings that feed them. */
export interface Functions {
  put(definition: FunctionDefinition): void;
  update(definition: FunctionDefinition): void;
  delete(arn: string): Promise<void>;
  /** Adds a statement to the function's resource policy (Lambda AddPermission). */
  permit(functionArn: string, statement: object): void;
  /** What becomes of failed asynchronous invocations (Lambda PutFunctionEventInvokeConfig). */
  configureAsync(functionArn: string, config: AsyncConfig): void;
  /** Accepts an asynchronous invocation. Throws ResourceNotFoundException, or AccessDenied where the function's policy does not let `from`. */
  deliver(functionArn: string, payload: string, from: ServicePrincipal): void;
  /** Throws InvalidParameterValueException where the function's role may not read the queue. */
  map(mapping: QueueMapping): void;
  /** Throws InvalidParameterValueException where the function's role may not read the stream, or a filter is no pattern. */
  mapStream(mapping: StreamMapping): void;
  unmap(functionArn: string, mappingId: string): void;
}

export interface FunctionDefinition {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** file.export */
  readonly handler: string;
  readonly runtime: string;
  readonly roleArn: string;
  /** Path of the zip on this machine. */
  readonly zip: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** What becomes of a chain of requests that runs the function about 16 times. */
  readonly recursiveLoop: 'Allow' | 'Terminate';
}

export interface AsyncConfig {
  readonly retryAttempts: number;
  readonly onFailureQueueArn?: string;
}

export interface QueueMapping {
  readonly id: string;
  readonly functionArn: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency?: number;
  readonly reportBatchItemFailures: boolean;
  readonly enabled: boolean;
}

/** dynamodb/: tables of every account and Region, called in process by whoever owns the account. */
export interface Tables {
  invoke(operation: string, input: object, at: { account: string; region: string }): Promise<unknown>;
}
