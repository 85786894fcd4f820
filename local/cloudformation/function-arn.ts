import type { Place } from './resource.ts';

/** Templates name a function by its name or by its ARN. */
export function functionArn(name: string, { account, region }: Pick<Place, 'account' | 'region'>): string {
  return name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name}`;
}
