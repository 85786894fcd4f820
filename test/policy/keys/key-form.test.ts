import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountOfKey, isAwsManagedAlias, keyForm, namesKey } from '../../../src/policy/keys/key-form.ts';
import { KEY, OTHER_KEY } from '../literals.ts';

const ID = KEY.split('/')[1] ?? '';
const ALIAS_ARN = 'arn:aws:kms:eu-west-1:111122223333:alias/reseal';

const rows: [keyId: string | undefined, form: object, isOurs: boolean][] = [
  [undefined, { kind: 'aws-managed' }, false],
  ['', { kind: 'aws-managed' }, false],
  ['alias/aws/s3', { kind: 'aws-managed' }, false],
  ['arn:aws:kms:eu-west-1:111122223333:alias/aws/s3', { kind: 'aws-managed' }, false],
  [KEY, { kind: 'arn', arn: KEY }, true],
  [OTHER_KEY, { kind: 'arn', arn: OTHER_KEY }, false],
  ['alias/reseal', { kind: 'alias', name: 'alias/reseal' }, true],
  ['alias/other', { kind: 'alias', name: 'alias/other' }, false],
  [ALIAS_ARN, { kind: 'alias', name: 'alias/reseal', place: 'eu-west-1:111122223333' }, true],
  [ALIAS_ARN.replace('1111', '4444'), { kind: 'alias', name: 'alias/reseal', place: 'eu-west-1:444422223333' }, false],
  [ID, { kind: 'id', id: ID }, true],
  ['mrk-1', { kind: 'id', id: 'mrk-1' }, false],
];

describe('how a rule names its key, and whether that is ours', () => {
  for (const [keyId, form, isOurs] of rows) {
    test(`${keyId ?? 'nothing'}: ${JSON.stringify(form)}`, () => {
      assert.deepEqual(keyForm(keyId), form);
      assert.equal(namesKey(keyId, { named: 'alias/reseal', arn: KEY }), isOurs);
    });
  }
});

test('before the ARN is known, an alias of any place may be the one that is named', () => {
  assert.equal(namesKey(ALIAS_ARN, { named: 'alias/reseal' }), true);
  assert.equal(namesKey(KEY, { named: 'alias/reseal' }), false);
});

test('the account of a key is in its ARN, and the AWS managed alias is known in both forms', () => {
  assert.equal(accountOfKey(KEY), '111122223333');
  const values = ['alias/aws/s3', 'arn:aws:kms:eu-west-1:111122223333:alias/aws/s3', 'alias/awsome', '', undefined, 7];
  assert.deepEqual(values.map(isAwsManagedAlias), [true, true, false, false, false, false]);
});
