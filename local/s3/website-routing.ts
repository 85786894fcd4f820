import type { Redirect, RoutingRule, WebsiteConfiguration } from '@aws-sdk/client-s3';

/** One request to a website endpoint. */
export interface WebsiteRequest {
  readonly method: string;
  readonly bucket: string;
  /** The Region of the host name; absent where the path names the bucket. */
  readonly region?: string | undefined;
  /** Percent-decoded, without the leading slash. */
  readonly key: string;
  /** The Host header, for redirects that name none. */
  readonly host: string;
  /** What stands before the key in the path: nothing, unless the path names the bucket. */
  readonly root: string;
  readonly sourceIp: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RedirectAnswer {
  readonly status: number;
  readonly location: string;
}

/** Where a whole site is redirected to, or what a routing rule without an error condition says of the key. */
export function redirectBefore(site: WebsiteConfiguration, request: WebsiteRequest): RedirectAnswer | undefined {
  const all = site.RedirectAllRequestsTo;
  if (all !== undefined) {
    return { status: 301, location: `${all.Protocol ?? 'http'}://${all.HostName ?? ''}/${encodeKey(request.key)}` };
  }
  return firstMatch(site.RoutingRules, request, undefined);
}

/** What a routing rule says of a key that could not be served with this status. */
export function redirectAfter(
  site: WebsiteConfiguration,
  request: WebsiteRequest,
  status: number,
): RedirectAnswer | undefined {
  return firstMatch(site.RoutingRules, request, status);
}

/** As a URL has it; slashes stay. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}

function firstMatch(
  rules: readonly RoutingRule[] = [],
  request: WebsiteRequest,
  status: number | undefined,
): RedirectAnswer | undefined {
  const rule = rules.find(({ Condition: condition }) => {
    const wanted = condition?.HttpErrorCodeReturnedEquals;
    const isForStatus = status === undefined ? wanted === undefined : wanted === String(status);
    return isForStatus && request.key.startsWith(condition?.KeyPrefixEquals ?? '');
  });
  return rule === undefined
    ? undefined
    : redirectTo(rule.Redirect ?? {}, rule.Condition?.KeyPrefixEquals ?? '', request);
}

/** Host, protocol and key stay as they are unless the rule names others (API Redirect). */
function redirectTo(redirect: Redirect, prefix: string, request: WebsiteRequest): RedirectAnswer {
  const key =
    redirect.ReplaceKeyWith ??
    (redirect.ReplaceKeyPrefixWith === undefined
      ? request.key
      : `${redirect.ReplaceKeyPrefixWith}${request.key.slice(prefix.length)}`);
  const host = redirect.HostName ?? `${request.host}${request.root}`;
  return {
    status: Number(redirect.HttpRedirectCode ?? 301),
    location: `${redirect.Protocol ?? 'http'}://${host}/${encodeKey(key)}`,
  };
}
