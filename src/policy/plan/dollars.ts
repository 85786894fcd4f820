/**
 * To the cent, above 100 up to the next dollar, so that no ceiling is passed by what is rounded away. The little that is added makes a half of a cent one also where its
 * binary fraction falls just short.
 */
export function rounded(usd: number): number {
  return usd < 100 ? Math.round(usd * 100 + 1e-6) / 100 : Math.ceil(usd - 1e-6);
}

/** An amount as people read it. */
export function dollars(usd: number): string {
  return `$${usd < 100 ? usd.toFixed(2) : usd.toLocaleString('en-US')}`;
}

/** How many there are of something: 1 account, 20,100 accounts. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
