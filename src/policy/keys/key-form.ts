import { present } from '../../present.ts';

/** What a good value of `standard.key` looks like; said wherever a key is missing or wrong. */
export const GOOD_KEY =
  'alias/NAME or the full ARN of a customer managed key (alias/reseal, or arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab)';

/** A full key ARN: the only form that names one key in every account (S3 API ServerSideEncryptionByDefault). */
export const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

/** alias/NAME of a customer managed key; KMS keeps alias/aws/ for its own. */
export const ALIAS_NAME = /^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/;

const ALIAS_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+:\d{12}):(alias\/.+)$/;

/** How a rule names its key: S3 keeps whatever form the writer used. */
export type KeyForm =
  | { kind: 'aws-managed' }
  | { kind: 'arn'; arn: string }
  /** `place` is REGION:ACCOUNT where the alias is given by its ARN; without one each caller's own account looks it up. */
  | { kind: 'alias'; name: string; place?: string }
  | { kind: 'id'; id: string };

/** Tells the four forms apart; no key at all means the AWS managed key aws/s3. */
export function keyForm(keyId: string | undefined): KeyForm {
  if (keyId === undefined || keyId === '') return { kind: 'aws-managed' };
  if (KEY_ARN.test(keyId)) return { kind: 'arn', arn: keyId };
  const [, place, name = keyId] = ALIAS_ARN.exec(keyId) ?? [];
  if (name.startsWith('alias/aws/')) return { kind: 'aws-managed' };
  if (!name.startsWith('alias/')) return { kind: 'id', id: name };
  return { kind: 'alias', name, ...present({ place }) };
}

/** The names under which a key may stand in a rule: what the policy calls it, and its ARN once known. */
export interface KeyNames {
  named?: string;
  arn?: string;
}

/** Whether a rule names this key, in whatever form; an alias of another account or Region is another key. */
export function namesKey(keyId: string | undefined, { named, arn }: KeyNames): boolean {
  const form = keyForm(keyId);
  switch (form.kind) {
    case 'aws-managed':
      return false;
    case 'arn':
      return form.arn === arn;
    case 'id':
      return arn?.endsWith(`:key/${form.id}`) === true;
    case 'alias':
      return form.name === named && (form.place === undefined || arn === undefined || placeOf(arn) === form.place);
  }
}

function placeOf(arn: string): string {
  return arn.split(':').slice(3, 5).join(':');
}

/** The account that owns a key, as its ARN says. */
export function accountOfKey(keyArn: string): string | undefined {
  return keyArn.split(':')[4];
}

/** True for alias/aws/... as a name or as an ARN. */
export function isAwsManagedAlias(key: unknown): boolean {
  return typeof key === 'string' && key !== '' && keyForm(key).kind === 'aws-managed';
}
