/** One account and Region of the embedded AWS. */
export interface Place {
  account: string;
  region: string;
}

/** Three accounts in two Regions: the stack is deployed into each of the six. */
export const PLACES: readonly Place[] = ['111111111111', '222222222222', '333333333333'].flatMap((account) =>
  ['eu-west-1', 'us-east-1'].map((region) => ({ account, region })),
);
