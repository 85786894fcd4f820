/** Runs a hook once for each account and Region, at their first use; whoever comes meanwhile waits for the same run. */
export function createFirstUse(
  hook: (accountId: string, region: string) => Promise<void>,
): (accountId: string, region: string) => Promise<void> {
  const uses = new Map<string, Promise<void>>();
  return async (accountId, region) => {
    const place = `${accountId} ${region}`;
    const known = uses.get(place);
    if (known !== undefined) return known;
    const first = hook(accountId, region);
    uses.set(place, first);
    try {
      await first;
    } catch (error) {
      uses.delete(place);
      throw error;
    }
  };
}
