import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNumber, readSettings } from '../../src/runtime/config.ts';

test('settings are read by name, and nothing else of the environment', () => {
  const env = { LEDGER_TABLE: 'ledger', AWS_REGION: 'eu-west-1', HOME: '/root' };
  assert.deepEqual(readSettings(['AWS_REGION', 'LEDGER_TABLE'], env), {
    AWS_REGION: 'eu-west-1',
    LEDGER_TABLE: 'ledger',
  });
});

test('all settings that are missing or empty are reported together', () => {
  assert.throws(
    () => readSettings(['AWS_REGION', 'LEDGER_TABLE', 'OWN_BUCKETS'], { LEDGER_TABLE: '', OWN_BUCKETS: 'a' }),
    {
      code: 'missing-setting',
      retryable: false,
      message:
        "missing environment variable AWS_REGION, LEDGER_TABLE; the stack sets it, so deploy the function from this version's template",
    },
  );
});

test('seconds are whole and within bounds', () => {
  assert.deepEqual(
    ['0', '60', '900'].map((text) => readNumber('UNREADABLE_RETRY_SECONDS', text, 900)),
    [0, 60, 900],
  );
  for (const text of ['901', '-1', '1.5', '', ' ', '1e2', '0x10', '60s', 'NaN', 'Infinity']) {
    assert.throws(() => readNumber('UNREADABLE_RETRY_SECONDS', text, 900), {
      code: 'missing-setting',
      message: `UNREADABLE_RETRY_SECONDS: expected a whole number from 0 to 900, found ${JSON.stringify(text)}`,
    });
  }
});
