/** A matcher for IAM's `*` (any text, also none) and `?` (one character). Policy variables such as `${aws:username}` are left as they are. */
export function compileWildcard(pattern: string, options: { ignoreCase: boolean }): (text: string) => boolean {
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern)) {
    const wanted = options.ignoreCase ? pattern.toLowerCase() : pattern;
    return (text) => (options.ignoreCase ? text.toLowerCase() : text) === wanted;
  }
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const regex = new RegExp(`^${source}$`, options.ignoreCase ? 'is' : 's');
  return (text) => regex.test(text);
}

/** True where any of the patterns matches. */
export function compileAny(patterns: readonly string[], options: { ignoreCase: boolean }): (text: string) => boolean {
  const matchers = patterns.map((pattern) => compileWildcard(pattern, options));
  return (text) => matchers.some((matches) => matches(text));
}
