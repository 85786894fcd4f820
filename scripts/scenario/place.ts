/** One account and Region of the embedded AWS. */
export interface Place {
  account: string;
  region: string;
}

const KEY_ARN = /^arn:[^:]+:kms:(?<region>[^:]+):(?<account>\d{12}):key\//;

/** Where the scenario plays: an alias or a key map can serve every place, a key ARN exists in its own account and Region only. */
export function placesFor(key: unknown): readonly Place[] {
  const { account, region } = KEY_ARN.exec(typeof key === 'string' ? key : '')?.groups ?? {};
  return account === undefined || region === undefined ? PLACES : [{ account, region }];
}

/** Three accounts, each alone an organization of one: the stack is deployed into the Region of each. */
const PLACES: readonly Place[] = [
  { account: '111111111111', region: 'eu-west-1' },
  { account: '222222222222', region: 'us-east-1' },
  { account: '333333333333', region: 'eu-west-1' },
];
