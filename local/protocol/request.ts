import type { WireRequest } from '../service.ts';
import type { WebsiteHost } from './address.ts';

/** One request with its envelope read: address, query and signature are plain data from here on. */
export interface Received extends WireRequest {
  /** The path as received, still percent-encoded. */
  readonly path: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** Bucket of a virtual-host style address. */
  readonly bucketFromHost: string | undefined;
  /** The 12 digits before the host, as S3 Control's clients address it. */
  readonly accountFromHost: string | undefined;
  readonly website?: WebsiteHost | undefined;
  readonly signature: Signature | undefined;
  readonly sourceIp: string;
}

/** What a SigV4 credential scope says. The signature itself is not verified: any secret is accepted. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
}
