import type { WebsiteRequest } from '../s3/website-routing.ts';
import type { WireRequest } from '../service.ts';
import { decode } from './address.ts';
import type { Received } from './request.ts';

const BY_PATH = /^\/_local\/website\/([^/?]+)(?:\/([^?]*))?/;

/** The request to a website endpoint by its host name. */
export function websiteByHost(received: Received): WebsiteRequest {
  const { method, path, headers, sourceIp, website } = received;
  const host = headers['host'] ?? '';
  return {
    ...website,
    bucket: website?.bucket ?? '',
    key: decode(path.slice(1)),
    root: '',
    method,
    host,
    sourceIp,
    headers,
  };
}

/** `/_local/website/BUCKET/KEY`, for clients that cannot look up names below localhost; undefined for another path. */
export function websiteByPath({ method, target, headers }: WireRequest): WebsiteRequest | undefined {
  const [, bucket, key = ''] = BY_PATH.exec(target) ?? [];
  if (bucket === undefined) return undefined;
  const root = `/_local/website/${bucket}`;
  const host = headers['host'] ?? '';
  return { bucket, key: decode(key), root, method, host, sourceIp: '127.0.0.1', headers };
}
