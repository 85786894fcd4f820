import type { EventHoldDuration, ObjectLockMode, ReplicationStatus, StorageClass, Tag } from '@aws-sdk/client-s3';
import type { ObjectAcl } from './access-control-list.ts';
import type { Checksum } from './checksum.ts';
import type { Sealed } from './envelope.ts';

/** One version of an object. Everything but encryption, tags and lock is fixed when it is written. */
export interface StoredObject {
  readonly kind: 'object';
  readonly key: string;
  /** `null` where the bucket was not versioned at the time. */
  readonly versionId: string;
  /** In whole seconds, as S3 keeps it. */
  readonly lastModified: Date;
  /** Without quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  readonly storageClass: StorageClass;
  readonly content: ContentHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  /** Of a multipart upload, in their order; undefined for what was written in one piece. */
  readonly parts: readonly StoredPart[] | undefined;
  sealed: Sealed;
  tags: readonly Tag[];
  retention: Retention | undefined;
  legalHold: boolean;
  /** The restored copy of an archived object, on its way, there or expired. */
  restoration?: Restoration;
  /** Absent where no replication rule means the object. */
  replicationStatus?: ReplicationStatus;
  /** The bucket owner's private object where absent. */
  acl?: ObjectAcl | undefined;
}

/** A part of a multipart upload as the object remembers it. */
export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly checksum: Checksum | undefined;
}

/** The headers that S3 keeps as system metadata and gives back as they were. */
export interface ContentHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

export interface Retention {
  readonly mode: ObjectLockMode;
  /** Absent where only an event hold stands. */
  readonly until: Date | undefined;
  /** How long the version stays retained once its event hold is released; absent where there is none. */
  readonly eventHold?: EventHoldDuration | undefined;
}

export interface Restoration {
  readonly days: number;
  /** How long its tier takes. */
  readonly takesMs: number;
  readonly readyAt: Date;
  readonly expiresAt: Date;
}

export interface DeleteMarker {
  readonly kind: 'marker';
  readonly key: string;
  readonly versionId: string;
  readonly lastModified: Date;
}

export type Version = StoredObject | DeleteMarker;

/** S3 keeps times to the second. */
export function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

/** Only the content headers of a request, each as it was sent. */
export function contentHeaders(input: ContentHeaders): ContentHeaders {
  return {
    CacheControl: input.CacheControl,
    ContentDisposition: input.ContentDisposition,
    ContentEncoding: input.ContentEncoding,
    ContentLanguage: input.ContentLanguage,
    ContentType: input.ContentType ?? 'binary/octet-stream',
    Expires: input.Expires,
    WebsiteRedirectLocation: input.WebsiteRedirectLocation,
  };
}
