import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { parseJobMessage } from '../../src/intake/parse-job-message.ts';
import { parseSweepRequest } from '../../src/intake/parse-sweep-request.ts';
import { parseWriteEvent } from '../../src/intake/write-event.ts';
import { EXPECTED_ERRORS } from './expected-errors.ts';
import { CLOCK, EXPECTED_TRIGGERS, OWN_ROLE, type Parser } from './expected-triggers.ts';
import { EXPECTED_ACCESS_FACTS } from './expected-access-triggers.ts';
import { EXPECTED_ACCOUNT_FACTS } from './expected-account-triggers.ts';
import { EXPECTED_BUCKET_FACTS } from './expected-bucket-triggers.ts';
import { EXPECTED_WRITES } from './expected-writes.ts';

const EVENTS = path.resolve(import.meta.dirname, '../../events');

const parsers: Record<Parser, (payload: unknown) => unknown> = {
  bucket: (payload) => parseBucketMessage(payload, OWN_ROLE),
  job: (payload) => parseJobMessage(payload),
  sweep: (payload) => parseSweepRequest(payload, CLOCK),
  write: (payload) => parseWriteEvent(payload, OWN_ROLE),
  membership: (payload) => {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return parseSweepRequest({ Records: [{ body }] }, CLOCK);
  },
};

test('every file of events/ has an expectation, and every expectation a file', () => {
  const files = globSync('**/*.json', { cwd: EVENTS })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => !file.startsWith('states/'));
  const expected = [
    ...Object.keys(EXPECTED_TRIGGERS),
    ...Object.keys(EXPECTED_BUCKET_FACTS),
    ...Object.keys(EXPECTED_ACCESS_FACTS),
    ...Object.keys(EXPECTED_ACCOUNT_FACTS),
    ...Object.keys(EXPECTED_WRITES),
    ...Object.keys(EXPECTED_ERRORS),
  ];
  assert.deepEqual(files.toSorted(), expected.toSorted());
});

describe('a recorded payload is read as expected, as a value and as text', () => {
  for (const [file, { parser, trigger }] of Object.entries({
    ...EXPECTED_TRIGGERS,
    ...EXPECTED_BUCKET_FACTS,
    ...EXPECTED_ACCESS_FACTS,
    ...EXPECTED_ACCOUNT_FACTS,
    ...EXPECTED_WRITES,
  })) {
    test(file, () => {
      const text = readFileSync(path.join(EVENTS, file), 'utf8');
      assert.deepEqual([parsers[parser](JSON.parse(text)), parsers[parser](text)], [trigger, trigger]);
    });
  }
});

describe('a malformed payload is refused with what was expected and what was found', () => {
  for (const [file, { parser, error }] of Object.entries(EXPECTED_ERRORS)) {
    test(file, () => {
      const payload: unknown = JSON.parse(readFileSync(path.join(EVENTS, file), 'utf8'));
      assert.throws(() => parsers[parser](payload), {
        name: 'ResealError',
        code: 'malformed-message',
        retryable: false,
        message: error,
      });
    });
  }
});
