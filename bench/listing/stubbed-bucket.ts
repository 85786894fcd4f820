import { type ListObjectsV2CommandInput, type ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { compareKeys } from '../../src/policy/copy/key-space.ts';
import type { Shape } from './shapes.ts';

const LAST_MODIFIED = new Date('2026-11-02T10:15:30Z');

/** A client of one bucket whose keys are made as they are listed. Their ETags say which they are. `answered` delays each answer. */
export function stubbedBucket({ keyAt }: Shape, count: number, answered: (keys: number) => Promise<void>): S3Client {
  const list = async (input: ListObjectsV2CommandInput): Promise<Partial<ListObjectsV2CommandOutput>> => {
    const most = input.MaxKeys ?? 1_000;
    await answered(most);
    const from = firstBehind(input.StartAfter ?? '', count, keyAt);
    const end = Math.min(count, from + most);
    const Contents = Array.from({ length: end - from }, (_, index) => ({
      Key: keyAt(from + index),
      ETag: String(from + index),
      Size: 1,
      LastModified: LAST_MODIFIED,
    }));
    return { IsTruncated: end < count, Contents };
  };
  const s3 = new S3Client({ region: 'eu-west-1' });
  return Object.assign(s3, { send: (command: { input: ListObjectsV2CommandInput }) => list(command.input) });
}

function firstBehind(after: string, count: number, keyAt: Shape['keyAt']): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keyAt(middle), after) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
