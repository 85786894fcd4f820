import type { Three } from './three-valued.ts';

/**
 * Whether an IAM pattern (* any characters, ? one) matches a value. The value may hold * and ? itself, for something of which only
 * that much is known, for example every object of a bucket: `yes` where all of it matches, `no` where none can, `unknown` between.
 */
export function globMatch(pattern: string, value: string): Three {
  if (hasVariable(pattern)) return 'unknown';
  if (covers(pattern, value)) return 'yes';
  return mayMatch(pattern, value) ? 'unknown' : 'no';
}

/** Whether some text that the value stands for matches. What is known at both ends mostly answers without a table. */
function mayMatch(pattern: string, value: string): boolean {
  if (!isOpen(value)) return false;
  if (!isOpen(pattern)) return covers(value, pattern);
  return haveSameEnds(pattern, value) && (areOpposed(pattern, value) || overlaps(pattern, value));
}

/** Up to the first wildcard of either, and from the last, both must say the same. */
function haveSameEnds(one: string, other: string): boolean {
  const least = Math.min(one.length, other.length);
  for (let at = 0; at < least && !isWildcard(one[at]) && !isWildcard(other[at]); at += 1) {
    if (one[at] !== other[at]) return false;
  }
  for (let at = 1; at <= least && !isWildcard(one.at(-at)) && !isWildcard(other.at(-at)); at += 1) {
    if (one.at(-at) !== other.at(-at)) return false;
  }
  return true;
}

function isWildcard(letter: string | undefined): boolean {
  return letter === '*' || letter === '?';
}

/** Where both are the same up to a star of each, and one of them ends with a star, the rests can stand one after the other. */
function areOpposed(one: string, other: string): boolean {
  const at = one.indexOf('*');
  const isSame = at >= 0 && other.startsWith(one.slice(0, at + 1));
  return isSame && (one.endsWith('*') || other.endsWith('*'));
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

/** Whether any text at all matches both; one row of the table of prefixes at a time. */
function overlaps(one: string, other: string): boolean {
  let row = [true];
  for (let j = 0; j < other.length; j += 1) row.push(row[j] === true && other[j] === '*');
  for (let i = 0; i < one.length; i += 1) {
    const next = [row[0] === true && one[i] === '*'];
    for (let j = 0; j < other.length; j += 1) {
      const isStar = one[i] === '*' || other[j] === '*';
      next.push(isStar ? row[j + 1] === true || next[j] === true : row[j] === true && meet(one[i], other[j]));
    }
    row = next;
  }
  return row[other.length] === true;
}

function meet(one: string | undefined, other: string | undefined): boolean {
  return one === '?' || other === '?' || one === other;
}

/**
 * True where the glob matches the whole text; * is any text, ? any one character. Goes back to the last * only, so the time is
 * bounded by the product of the lengths. The text may be a glob itself: then true means that whatever it matches, the
 * first one matches too.
 */
export function covers(glob: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resumeAt = 0;
  while (position < text.length) {
    if (glob[at] === '*') {
      star = at;
      at += 1;
      resumeAt = position;
    } else if (glob[at] === text[position] || (glob[at] === '?' && text[position] !== '*')) {
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
