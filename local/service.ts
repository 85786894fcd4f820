import type { Call } from './call.ts';

/** `never` makes every operation with a typed input assignable; the wire layer decodes by schema before it calls. */
export type Operation = (input: never, call: Call) => unknown;

export type Protocol = 'restXml' | 'restJson1' | 'awsJson1.0' | 'awsJson1.1' | 'awsQuery';

/** A service whose wire format comes from the schemas that its SDK client ships. */
export interface ServiceDefinition {
  readonly id: string;
  /** The service name in a SigV4 credential scope. */
  readonly signingName: string;
  readonly protocol: Protocol;
  /** The namespace import of the `@aws-sdk/client-*` package: its exported schemas are the model. */
  readonly sdk: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, Operation>>;
  /** A request without any credentials is answered as one of an anonymous caller; only S3 does so. */
  readonly takesAnonymous?: true;
  /** Refuses what the model has no member for, before the input is read. Throws what the service answers. */
  readonly checkRequest?: (operation: string, request: WireRequest) => void;
  /** S3 Control shares S3's signing name and is told apart by its path. */
  readonly pathPrefix?: string;
  /** What the caller needs before the operation runs. Every operation of the table needs an entry, even an empty one. */
  readonly permissions: Readonly<Record<string, (input: never, call: Call) => Permission[]>>;
}

/** One thing that a caller must be allowed to do. */
export interface Permission {
  /** For example `s3:GetEncryptionConfiguration`. */
  readonly action: string;
  /** ARN of the resource, or `*` where the action has none. */
  readonly resource: string;
  /** Condition keys beyond the global ones, for example `iam:PassedToService`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The account that owns the resource, where that is not the caller's own. */
  readonly owner?: string;
  /** The policy document on the resource itself (bucket, queue, key), if there is one. */
  readonly resourcePolicy?: unknown;
  /** Canonical user ids and group URIs that an access control list of the resource lets do this. */
  readonly grantees?: readonly string[];
  /** Where identity policies name the resource otherwise, as one that is reached through an access point. */
  readonly identityResource?: string;
}

/** A service that brings its own wire format (DynamoDB through dynalite). */
export interface RawService {
  readonly id: string;
  readonly signingName: string;
  handle(request: WireRequest, call: Call): Promise<WireResponse>;
}

export interface WireRequest {
  readonly method: string;
  /** Path and query as received, absolute form already reduced to origin form. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}
