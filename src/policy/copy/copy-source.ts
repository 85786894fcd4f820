/**
 * The header x-amz-copy-source of an object: its key URL-encoded, slashes as they are (S3 API CopyObject). Without a version: what is current is copied with its metadata of that
 * moment, and CopySourceIfMatch says that it is the object that was listed.
 */
export function copySourceOf({ bucket, key }: { bucket: string; key: string }): string {
  return `${bucket}/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
}
