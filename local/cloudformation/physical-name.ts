import { createHash } from 'node:crypto';
import type { Place } from './resource.ts';

const SUFFIX_LENGTH = 12;

type Named = Pick<Place, 'account' | 'region' | 'stackName' | 'generation'>;

/**
 * STACK-LOGICALID-SUFFIX, as CloudFormation names what the template does not name. The suffix follows from place and logical id, so that
 * names stay the same from run to run; a stack that was made before under the same name gets others.
 */
export function physicalName(
  logicalId: string,
  { account, region, stackName, generation = 0 }: Named,
  maxLength: number,
): string {
  const whose = [account, region, stackName, logicalId, ...(generation === 0 ? [] : [generation])].join(' ');
  const digest = createHash('sha256').update(whose).digest('hex');
  const suffix = BigInt(`0x${digest}`).toString(36).slice(0, SUFFIX_LENGTH).toUpperCase();
  return `${`${stackName}-${logicalId}`.slice(0, maxLength - SUFFIX_LENGTH - 1)}-${suffix}`;
}

/** The same for a bucket: lower case, 63 characters. */
export function bucketName(logicalId: string, place: Named): string {
  return physicalName(logicalId, place, 63).toLowerCase();
}
