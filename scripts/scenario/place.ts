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

/** Three accounts in two Regions: the stack is deployed into each of the six. */
const PLACES: readonly Place[] = ['111111111111', '222222222222', '333333333333'].flatMap((account) =>
  ['eu-west-1', 'us-east-1'].map((region) => ({ account, region })),
);
