import { notEmulated } from '../errors.ts';
import { invalidArgument } from './s3-error.ts';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** Reads the x-amz-copy-source header: URL-encoded `bucket/key`, perhaps with a leading slash and `?versionId=`. */
export function readCopySource(header: string | undefined): CopySource {
  const text = header ?? '';
  if (text.startsWith('arn:')) throw notEmulated('an access point as copy source');
  const [path, versionId] = splitVersion(text.startsWith('/') ? text.slice(1) : text);
  const decoded = decode(path);
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) throw malformed(text);
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId };
}

function splitVersion(text: string): [string, string | undefined] {
  const at = text.lastIndexOf('?versionId=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), decode(text.slice(at + '?versionId='.length))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(text);
  }
}

function malformed(text: string) {
  return invalidArgument(
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    'x-amz-copy-source',
    text,
  );
}
