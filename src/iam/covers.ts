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
  const wanted = partsOf(glob);
  const found = partsOf(arn);
  return wanted.length === found.length && wanted.every((part, index) => covers(part, found[index] ?? ''));
}

/** arn, partition, service, Region, account, and the resource, which may hold colons itself. */
function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
