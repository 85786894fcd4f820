/** A key as S3 encodes it in listings: like a form, so a plus is a space (API ListObjectsV2, EncodingType). What does not decode stands as it is. */
export function listedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}
