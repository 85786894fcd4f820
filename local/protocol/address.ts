import { AwsError } from '../errors.ts';

/** Where a request goes, told by its target and its Host header. */
export interface Address {
  /** Path and query, without scheme and host. */
  readonly target: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly bucketFromHost: string | undefined;
  readonly accountFromHost: string | undefined;
  /** Bucket and Region of a website endpoint. */
  readonly website: WebsiteHost | undefined;
}

export interface WebsiteHost {
  readonly bucket: string;
  readonly region: string;
}

/**
 * Reads origin-form and absolute-form targets (a client that uses us as its HTTP_PROXY sends the latter) and the host styles of S3.
 * Hosts are taken apart as text: 123456789012.127.0.0.1 is no host that the URL class accepts.
 */
export function readAddress(requestTarget: string, hostHeader: string): Address {
  const absolute = /^https?:\/\/([^/?#]*)/i.exec(requestTarget);
  const target = absolute === null ? requestTarget : originForm(requestTarget.slice(absolute[0].length));
  const host = (absolute?.[1] ?? hostHeader).replace(/:\d+$/, '').toLowerCase();
  const website = websiteOf(host);
  const mark = target.indexOf('?');
  return {
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? new Map() : readQuery(target.slice(mark + 1)),
    bucketFromHost: website === undefined ? bucketOf(host) : undefined,
    accountFromHost: /^(\d{12})\./.exec(host)?.[1],
    website,
  };
}

/** Decodes percent-encoding and, in queries and forms, plus as space. Throws S3's InvalidURI on a broken escape. */
export function readQuery(text: string): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode((equals < 0 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1).replaceAll('+', ' '));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

/** Percent-decodes one part of a path; plus stays plus. */
export function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
}

function originForm(rest: string): string {
  if (rest === '') return '/';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** `BUCKET.s3-website-REGION` and `BUCKET.s3-website.REGION`, below localhost or as AWS has them (S3 guide, "Website endpoints"). */
function websiteOf(host: string): WebsiteHost | undefined {
  const parts = /^(.+)\.s3-website[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.(?:localhost|amazonaws\.com)$/.exec(host);
  return parts?.[1] === undefined || parts[2] === undefined ? undefined : { bucket: parts[1], region: parts[2] };
}

function bucketOf(host: string): string | undefined {
  const local = /^(.+)\.localhost$/.exec(host)?.[1];
  if (local !== undefined) return local === 's3' ? undefined : local;
  return /^(.+)\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com$/.exec(host)?.[1];
}
