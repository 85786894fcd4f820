import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../../errors.ts';
import { valueAt } from '../../problem.ts';

/**
 * Whether a list of objects that S3 generated names them by version: its manifest.json says which columns there are (User Guide, "Specifying a manifest";
 * `fileSchema` as in an inventory's). What says nothing of columns throws ResealError unreadable. Throws the SDK's error.
 */
export function createListsVersions(s3: S3Client) {
  return async function listsVersions(list: string): Promise<boolean> {
    const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(list) ?? [];
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const schema = columnsOf((await Body?.transformToString()) ?? '');
    if (schema !== undefined) return /\bVersionId\b/i.test(schema);
    throw new ResealError('unreadable', `${list}: expected JSON with a text fileSchema, found none`);
  };
}

function columnsOf(manifest: string): string | undefined {
  try {
    const schema = valueAt(JSON.parse(manifest), ['fileSchema']);
    return typeof schema === 'string' ? schema : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
