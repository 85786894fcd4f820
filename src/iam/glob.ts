import type { Three } from './three-valued.ts';

/**
 * Whether an IAM pattern (* any characters, ? one) matches a value. The value may hold * and ? itself, for something of which only
 * that much is known, for example every object of a bucket: `yes` where all of it matches, `no` where none can, `unknown` between.
 */
export function globMatch(pattern: string, value: string): Three {
  if (hasVariable(pattern)) return 'unknown';
  if (covers(pattern, value)) return 'yes';
  return isOpen(value) && overlap(pattern, value) ? 'unknown' : 'no';
}

/** Action names compare without case (IAM JSON policy element Action). */
export function actionMatch(pattern: string, action: string): Three {
  return globMatch(pattern.toLowerCase(), action.toLowerCase());
}

/** ${aws:username} and the like take their value from each request (IAM policy variables). */
export function hasVariable(pattern: string): boolean {
  return pattern.includes('${');
}

export function isOpen(value: string): boolean {
  return value.includes('*') || value.includes('?');
}

/** Whether any text at all matches both. With a star each, one finds room behind the other for its middle: only the ends can differ. */
function overlap(one: string, other: string): boolean {
  if (!other.includes('*')) return matches(one, other, meet);
  if (!one.includes('*')) return matches(other, one, meet);
  return alike(one, other, { from: 0, step: 1 }) && alike(one, other, { from: -1, step: -1 });
}

/** Up to the first star of either. */
function alike(one: string, other: string, { from, step }: { from: number; step: number }): boolean {
  for (let at = from; one.at(at) !== '*' && other.at(at) !== '*'; at += step) {
    if (!meet(one.at(at), other.at(at))) return false;
  }
  return true;
}

function meet(one: string | undefined, other: string | undefined): boolean {
  return one === '?' || other === '?' || one === other;
}

/**
 * True where the glob matches the whole text; * is any text, ? any one character. The text may be a glob itself: then true means that
 * whatever it matches, the first one matches too.
 */
export function covers(glob: string, text: string): boolean {
  return matches(glob, text, (wanted, found) => wanted === found || (wanted === '?' && found !== '*'));
}

/** Goes back to the last * only, so the time is bounded by the product of the lengths. */
function matches(glob: string, text: string, fits: typeof meet): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resumeAt = 0;
  while (position < text.length) {
    if (glob[at] === '*') {
      star = at;
      at += 1;
      resumeAt = position;
    } else if (at < glob.length && fits(glob[at], text[position])) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      resumeAt += 1;
      position = resumeAt;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}

/** The same for ARNs part by part, so that a wildcard never reaches past a colon into another part. */
export function coversArn(glob: string, arn: string): boolean {
  const wanted = arnParts(glob);
  const found = arnParts(arn);
  return wanted.length === found.length && wanted.every((part, index) => covers(part, found[index] ?? ''));
}

/** arn, partition, service, Region, account, and the resource, which may hold colons itself. */
export function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
