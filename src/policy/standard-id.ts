import { createHash } from 'node:crypto';
import type { Standard } from './model.ts';

/** 16 hex digits that change whenever the wanted encryption does. What to do with objects is no part of it. */
export function standardId(standard: Standard, keyArn?: string): string {
  const wanted = [standard.algorithm, keyArn ?? null, standard.bucketKey, standard.blockSseC];
  return createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16);
}
