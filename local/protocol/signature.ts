import type { Signature } from './request.ts';

/** The credential scope of a SigV4 Authorization header or of a presigned query; undefined for an unsigned request. */
export function readSignature(
  authorization: string | undefined,
  query: ReadonlyMap<string, readonly string[]>,
): Signature | undefined {
  const credential = /\bCredential=([^,\s]+)/.exec(authorization ?? '')?.[1] ?? query.get('X-Amz-Credential')?.[0];
  const [accessKeyId, , region, signingName] = credential?.split('/') ?? [];
  if (!accessKeyId || region === undefined || !signingName) return undefined;
  return { accessKeyId, region: region === '' || region === '*' ? 'us-east-1' : region, signingName };
}
