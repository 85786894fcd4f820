/** What a write changes in a rule, member by member in S3's own words; two spaces before what stays. */
export function encryptionDiff(from: object, to: object): string[] {
  const before = membersOf(from);
  const after = membersOf(to);
  const names = [...new Set([...after.keys(), ...before.keys()])];
  return names.flatMap((name) => {
    const was = before.get(name);
    const is = after.get(name);
    if (was === is) return [`  ${name}: ${is}`];
    return [
      was === undefined ? undefined : `- ${name}: ${was}`,
      is === undefined ? undefined : `+ ${name}: ${is}`,
    ].filter((line) => line !== undefined);
  });
}

/** The leaves of a rule; a list is one leaf. */
function membersOf(rule: object): Map<string, string> {
  const members = new Map<string, string>();
  for (const [name, value] of Object.entries(rule)) {
    if (typeof value !== 'object' || value === null) members.set(name, String(value));
    else if (Array.isArray(value)) members.set(name, value.join(', '));
    else for (const [inner, text] of membersOf(value)) members.set(inner === 'EncryptionType' ? name : inner, text);
  }
  return members;
}
