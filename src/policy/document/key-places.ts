import type { Problem } from '../../problem.ts';
import type { PolicyDocument } from './document.ts';
import { placedKeys } from './named-keys.ts';

/**
 * Keys that buckets of their place can only be held for, and entries that no bucket comes to. A key ARN names its Region and account (KMS guide,
 * ARN format), and S3 takes only a key of the bucket's own Region (S3 guide, SSE-KMS).
 */
export function misplacedKeys(document: PolicyDocument): Problem[] {
  return placedKeys(document).flatMap(({ key, path, place: { account, region }, when }): Problem[] => {
    const told = (expected: string, found = `"${key}"`) => [{ path, expected, found }];
    const [keyRegion, keyAccount] = key.startsWith('arn:') ? key.split(':').slice(3, 5) : [];
    const regions = region === undefined ? when.regions : [region];
    const away = [
      ...(region !== undefined && when.regions?.includes(region) === false ? ['regions'] : []),
      ...(account !== undefined && when.accounts?.includes(account) === false ? ['accounts'] : []),
    ];
    if (away.length > 0) {
      const expected = `a place that the rule is for (when.${away.join(', when.')})`;
      return told(expected, 'another one, to which no bucket of the rule comes');
    }
    if (keyRegion !== undefined && regions !== undefined && !regions.includes(keyRegion)) {
      return told(
        `a key of ${regions.join(' or ')}, because S3 takes no key of another Region and the buckets are held`,
      );
    }
    if (keyAccount !== undefined && account !== undefined && keyAccount !== account) {
      return told(`a key of account ${account}, or one of another account whose key policy lets it in`);
    }
    return [];
  });
}
