/** One row of a manifest (User Guide "Creating a job": keys URL-encoded). The key is passed on as the report has it, which is how S3 writes manifests; one that is not encoded there is encoded here. */
export function manifestRow(bucket: string, keyCell: string, versionId?: string): string {
  const key = isEncoded(keyCell) ? keyCell : encodeURIComponent(keyCell);
  return `${[bucket, key, ...(versionId === undefined ? [] : [encodeURIComponent(versionId)])].join(',')}\n`;
}

function isEncoded(keyCell: string): boolean {
  if (!/^[!-~]+$/.test(keyCell) || /[",]/.test(keyCell)) return false;
  return !/%(?![0-9A-Fa-f]{2})/.test(keyCell);
}

/** A key as people and S3's other calls know it; one that is not valid encoding is taken as it stands. */
export function decodedKey(keyCell: string): string {
  try {
    return decodeURIComponent(keyCell);
  } catch (error) {
    if (error instanceof URIError) return keyCell;
    throw error;
  }
}
