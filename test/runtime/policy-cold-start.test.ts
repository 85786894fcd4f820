import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { PolicyPin, PolicyVersion } from '../../src/aws/ledger/ledger-item.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import { createPolicySource } from '../../src/runtime/policy-source.ts';
import { recordingProcess } from './recording-process.ts';

const textOf = (mode: string) => JSON.stringify({ version: 1, mode, standard: { algorithm: 'AES256' } });
const currentOf = (text: string) => ({ document: parsePolicy(JSON.parse(text)), sha256: hash(text) });
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const versionOf = (text: string, versionId: string): PolicyVersion => ({
  bucket: 'policies',
  key: 'policy/policy.json',
  versionId,
  sha256: hash(text),
});

const PACKAGED = currentOf(textOf('enforce'));
const BEFORE = textOf('observe');

/** A process that has just started: which versions can be read, and what the pin says. */
function started(pin: PolicyPin | Error | undefined, objects: Record<string, string>) {
  const { process, counted } = recordingProcess();
  const policy = createPolicySource({
    packaged: PACKAGED,
    readPin: async () => {
      if (pin instanceof Error) throw pin;
      return pin;
    },
    readObject: async ({ versionId }) => {
      const text = objects[versionId];
      if (text === undefined) throw new Error(`no version ${versionId}`);
      return text;
    },
    alarm: () => process.count('PolicyUnreadable'),
    log: process.log,
    now: () => new Date(0),
  });
  return { policy, counted };
}

test('where the first policy that was ever published is not valid, the packaged one was in force and stays', async () => {
  const { policy, counted } = started(versionOf('broken', 'v1'), { v1: 'broken' });
  assert.deepEqual(await policy(), PACKAGED);
  assert.deepEqual(counted, ['PolicyUnreadable']);
});

test('where the pinned version is not valid, the version before is in force', async () => {
  const pin = { ...versionOf('broken', 'v2'), previous: versionOf(BEFORE, 'v1') };
  const { policy, counted } = started(pin, { v2: 'something else', v1: BEFORE });
  assert.deepEqual(await policy(), currentOf(BEFORE));
  assert.deepEqual(counted, ['PolicyUnreadable']);
});

const UNKNOWN: [what: string, pin: PolicyPin | Error, objects: Record<string, string>][] = [
  ['the pinned version', versionOf(BEFORE, 'v1'), {}],
  [
    'the pinned version, and the one before could,',
    { ...versionOf(BEFORE, 'v2'), previous: versionOf(BEFORE, 'v1') },
    { v1: BEFORE },
  ],
  ['the pin', new Error('the table is away'), { v1: BEFORE }],
];

for (const [what, pin, objects] of UNKNOWN) {
  test(`where ${what} cannot be read, nothing is judged by what it replaced: the message comes back`, async () => {
    const { policy, counted } = started(pin, objects);
    await assert.rejects(policy(), { code: 'invalid-policy', retryable: true });
    await assert.rejects(policy(), { code: 'invalid-policy', retryable: true });
    assert.deepEqual(counted, ['PolicyUnreadable', 'PolicyUnreadable']);
  });
}
