import { createHash } from 'node:crypto';

/** No upload id has this character. */
const BETWEEN = '#';

/** An upload id together with what the upload was begun with: the copy goes on only for the same object, all that it carries, and the same encryption. */
export function uploadToken(uploadId: string, begunWith: unknown): string {
  return `${uploadId}${BETWEEN}${fingerprint(begunWith)}`;
}

/** The upload of a token, and whether it was begun with the same. */
export function readUploadToken(token: string, begunWith: unknown): { uploadId: string; isSame: boolean } {
  const [uploadId = '', mark] = token.split(BETWEEN);
  return { uploadId, isSame: mark === fingerprint(begunWith) };
}

function fingerprint(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value, sorted) ?? '')
    .digest('hex')
    .slice(0, 32);
}

/** The members of an answer come in no order that anybody promises. */
function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
