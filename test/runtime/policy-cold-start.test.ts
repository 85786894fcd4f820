import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { PolicyPin, PolicyVersion } from '../../src/ledger/policy-pin.ts';
import { ResealError } from '../../src/errors.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import { createPolicySource } from '../../src/runtime/policy-source.ts';
import { recordingProcess } from './recording-process.ts';

const RULES = [{ name: 'pilot', when: {}, mode: 'enforce' }];
const textOf = (mode: string) => JSON.stringify({ version: 1, mode, standard: { algorithm: 'AES256' }, rules: RULES });
const currentOf = (text: string, order: number) => ({
  document: parsePolicy(JSON.parse(text)),
  sha256: hash(text),
  order,
});
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const versionOf = (text: string, versionId: string, order: number): PolicyVersion => ({
  bucket: 'policies',
  key: 'policy/policy.json',
  versionId,
  sha256: hash(text),
  order,
});

const PACKAGED = currentOf(textOf('enforce'), 0);
/** The packaged policy where it only stands in: nothing is changed under it. */
const STAND_IN = {
  ...PACKAGED,
  document: { ...PACKAGED.document, mode: 'observe', rules: [{ name: 'pilot', when: {}, mode: 'observe' }] },
};
const BEFORE = JSON.stringify({ version: 1, standard: { algorithm: 'AES256' }, objects: { reencrypt: 'none' } });
const NEWER = textOf('observe');
/** What a later version of Reseal takes, and this one does not. */
const UNKNOWN = JSON.stringify({ version: 2 });

/** A process that has just started: which versions can be read, and what the pin says. */
function started(pin: PolicyPin | Error | undefined, objects: Record<string, string>) {
  const { process, counted } = recordingProcess();
  const set = { nowMs: 0 };
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
    now: () => new Date(set.nowMs),
  });
  return { policy, counted, set };
}

const previous = versionOf(BEFORE, 'v1', 1);

const USED: [what: string, pin: PolicyPin | Error, objects: Record<string, string>, expected: object][] = [
  ['is not valid', { ...versionOf(UNKNOWN, 'v2', 2), previous }, { v2: UNKNOWN, v1: BEFORE }, currentOf(BEFORE, 1)],
  ['has another hash', { ...versionOf(NEWER, 'v2', 2), previous }, { v2: BEFORE, v1: BEFORE }, currentOf(BEFORE, 1)],
  ['is deleted', { ...versionOf(NEWER, 'v2', 2), previous }, { v1: BEFORE }, currentOf(BEFORE, 1)],
  ['is deleted, and none was before', versionOf(NEWER, 'v1', 1), {}, STAND_IN],
  ['is not valid, and none was before', versionOf(UNKNOWN, 'v1', 1), { v1: UNKNOWN }, STAND_IN],
  [
    'is not valid, and the one before neither',
    { ...versionOf(UNKNOWN, 'v2', 2), previous: versionOf(UNKNOWN, 'v1', 1) },
    { v2: UNKNOWN, v1: UNKNOWN },
    STAND_IN,
  ],
  [
    'is not in the pin, which another version wrote,',
    new ResealError('ledger-failed', 'ledger item POLICY'),
    {},
    STAND_IN,
  ],
];

for (const [what, pin, objects, expected] of USED) {
  const instead =
    expected === STAND_IN ? 'the packaged policy is used and nothing is changed' : 'the version before is used';
  test(`where the pinned version ${what} in a process that has just started, ${instead}`, async () => {
    const { policy, counted } = started(pin, objects);
    assert.deepEqual([await policy(), await policy()], [expected, expected]);
    assert.deepEqual(counted, ['PolicyUnreadable']);
  });
}

test('a policy that stands in gives way as soon as the version before can be read, and then to the pinned one', async () => {
  const pin = { ...versionOf(NEWER, 'v2', 2), previous };
  const objects: Record<string, string> = {};
  const { policy, set } = started(pin, objects);
  const seen = [await policy()];
  for (const [versionId, text] of Object.entries({ v1: BEFORE, v2: NEWER })) {
    objects[versionId] = text;
    set.nowMs += 60_000;
    seen.push(await policy());
  }
  assert.deepEqual(seen, [STAND_IN, currentOf(BEFORE, 1), currentOf(NEWER, 2)]);
});

test('where the table is away, nothing is judged: the message comes back', async () => {
  const { policy, counted } = started(new Error('the table is away'), { v1: BEFORE });
  await assert.rejects(policy(), { code: 'invalid-policy', retryable: true });
  await assert.rejects(policy(), { code: 'invalid-policy', retryable: true });
  assert.deepEqual(counted, ['PolicyUnreadable', 'PolicyUnreadable']);
});
