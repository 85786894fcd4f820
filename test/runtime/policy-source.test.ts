import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ResealError } from '../../src/errors.ts';
import type { PolicyPin } from '../../src/ledger/policy-pin.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import { createPolicySource, readPackagedPolicy } from '../../src/runtime/policy-source.ts';
import { recordingProcess } from './recording-process.ts';

const policyJson = (mode: 'enforce' | 'observe') =>
  JSON.stringify({ version: 1, mode, standard: { algorithm: 'AES256' } });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const currentOf = (text: string, order = 1) => ({
  document: parsePolicy(JSON.parse(text)),
  sha256: sha256(text),
  order,
});

const PACKAGED = currentOf(policyJson('enforce'), 0);
const PUBLISHED = policyJson('observe');
const pinOf = (text: string, versionId = 'v1', order = 1): PolicyPin => ({
  bucket: 'policies',
  key: 'policy/policy.json',
  versionId,
  sha256: sha256(text),
  order,
});

/** A source whose pin, object and clock the test sets, and what it asked for and said. */
function watched() {
  const { process, lines, counted } = recordingProcess();
  const set: { pin: PolicyPin | Error | undefined; object: string | Error; nowMs: number } = {
    pin: undefined,
    object: new Error('no object'),
    nowMs: 0,
  };
  const asked: string[] = [];
  const policy = createPolicySource({
    packaged: PACKAGED,
    readPin: async () => {
      asked.push('pin');
      if (set.pin instanceof Error) throw set.pin;
      return set.pin;
    },
    readObject: async ({ versionId }) => {
      asked.push(versionId);
      if (set.object instanceof Error) throw set.object;
      return set.object;
    },
    alarm: () => process.count('PolicyUnreadable'),
    log: process.log,
    now: () => new Date(set.nowMs),
  });
  return { set, asked, lines, counted, policy };
}

test('without a pin the packaged policy is in force, looked up once a minute', async () => {
  const { set, asked, counted, policy } = watched();
  const seen = [];
  for (const nowMs of [0, 1, 59_999, 60_000]) {
    set.nowMs = nowMs;
    seen.push(await policy());
  }
  assert.deepEqual(
    { seen, asked, counted },
    { seen: [PACKAGED, PACKAGED, PACKAGED, PACKAGED], asked: ['pin', 'pin'], counted: [] },
  );
});

test('where the time of whoever began a look is over, nothing is made of that, and those who wait look for themselves', async () => {
  const { set, asked, counted, policy } = watched();
  set.pin = new ResealError('out-of-time', 'over', { retryable: true });
  const over = policy();
  const waits = policy();
  set.pin = undefined;
  await assert.rejects(over, { code: 'out-of-time' });
  assert.deepEqual([await waits, asked, counted], [PACKAGED, ['pin', 'pin'], []]);
});

test('records that are judged at once share one look', async () => {
  const { set, asked, policy } = watched();
  set.pin = pinOf(PUBLISHED);
  set.object = PUBLISHED;
  const seen = await Promise.all([policy(), policy(), policy()]);
  assert.deepEqual(
    { seen, asked },
    { seen: [currentOf(PUBLISHED), currentOf(PUBLISHED), currentOf(PUBLISHED)], asked: ['pin', 'v1'] },
  );
});

test('a pinned policy takes effect within a minute, its object is read once, and a removed pin ends it', async () => {
  const { set, asked, policy } = watched();
  const seen = [await policy()];
  set.object = PUBLISHED;
  for (const pin of [pinOf(PUBLISHED), pinOf(PUBLISHED), undefined]) {
    set.pin = pin;
    set.nowMs += 60_000;
    seen.push(await policy());
  }
  assert.deepEqual(
    { seen, asked },
    {
      seen: [PACKAGED, currentOf(PUBLISHED), currentOf(PUBLISHED), PACKAGED],
      asked: ['pin', 'pin', 'v1', 'pin', 'pin'],
    },
  );
});

test('a pin that moves on brings the new version', async () => {
  const { set, asked, policy } = watched();
  const newer = JSON.stringify({ version: 1, standard: { algorithm: 'AES256' }, objects: { reencrypt: 'none' } });
  const seen = [];
  for (const [versionId, text] of Object.entries({ v1: PUBLISHED, v2: newer })) {
    set.pin = pinOf(text, versionId);
    set.object = text;
    set.nowMs += 60_000;
    seen.push(await policy());
  }
  assert.deepEqual(
    { seen, asked },
    { seen: [currentOf(PUBLISHED), currentOf(newer)], asked: ['pin', 'v1', 'pin', 'v2'] },
  );
});

const BAD: [what: string, pin: PolicyPin | Error, object: string | Error, error: RegExp][] = [
  ['a pin that cannot be read', new Error('table is away'), PUBLISHED, /^table is away$/],
  ['an object that cannot be read', pinOf('x', 'v2'), new Error('AccessDenied'), /^AccessDenied$/],
  [
    'an object of another hash',
    pinOf('x', 'v2'),
    PUBLISHED,
    /^s3:\/\/policies\/policy\/policy\.json version v2: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}; publish the policy again$/,
  ],
  [
    'an object that is not JSON',
    pinOf('{', 'v2'),
    '{',
    /^the policy is not JSON: .*; compile it with `reseal policy compile`$/,
  ],
  ['a policy that is not valid', pinOf('{"version":2}', 'v2'), '{"version":2}', /version: expected .*, found 2/],
];

for (const [what, pin, object, error] of BAD) {
  test(`${what} leaves the last good policy in force and raises the alarm once a minute`, async () => {
    const { set, lines, counted, policy } = watched();
    set.pin = pinOf(PUBLISHED);
    set.object = PUBLISHED;
    await policy();
    Object.assign(set, { pin, object });
    const seen = [];
    for (const nowMs of [60_000, 119_999, 120_000]) {
      set.nowMs = nowMs;
      seen.push(await policy());
    }
    const good = currentOf(PUBLISHED);
    assert.deepEqual(seen, [good, good, good]);
    assert.deepEqual(counted, ['PolicyUnreadable', 'PolicyUnreadable']);
    const [line] = lines;
    assert.deepEqual(
      lines.map(({ level, message, inForce }) => ({ level, message, inForce })),
      Array(2).fill({
        level: 'error',
        message: 'policy unreadable, another one is used',
        inForce: good.sha256,
      }),
    );
    assert.match(String(line?.['error']), error);
  });
}

test('a policy of an order that is not known yet is looked up at once, by all who ask together', async () => {
  const { set, asked, policy } = watched();
  set.pin = pinOf(PUBLISHED);
  set.object = PUBLISHED;
  await policy();
  set.pin = pinOf(PUBLISHED, 'v2', 2);
  asked.length = 0;
  const seen = await Promise.all([policy(2), policy(2), policy(), policy(2)]);
  assert.deepEqual(
    seen.map(({ order }) => order),
    [2, 2, 2, 2],
  );
  assert.deepEqual(
    [await policy(1), await policy(2), asked],
    [currentOf(PUBLISHED, 2), currentOf(PUBLISHED, 2), ['pin']],
  );
});

test('an order that is nowhere is looked for once a minute, and the caller gets what there is', async () => {
  const { set, asked, policy } = watched();
  set.pin = pinOf(PUBLISHED);
  set.object = PUBLISHED;
  await policy();
  asked.length = 0;
  const orders = [];
  for (const nowMs of [1_000, 2_000, 3_000, 61_000]) {
    set.nowMs = nowMs;
    orders.push((await policy(9)).order);
  }
  assert.deepEqual(
    [orders, asked],
    [
      [1, 1, 1, 1],
      ['pin', 'pin'],
    ],
  );
});

test('a function does not start on a packaged policy that is missing, no JSON or not valid', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reseal-policy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    const path = join(folder, 'policy.json');
    writeFileSync(path, text);
    return readPackagedPolicy(path);
  };
  assert.deepEqual(read(PUBLISHED), currentOf(PUBLISHED, 0));
  assert.throws(() => read('version: 1'), { code: 'invalid-policy' });
  assert.throws(() => read('{"version":1}'), { code: 'invalid-policy' });
  assert.throws(() => readPackagedPolicy(join(folder, 'absent.json')), { code: 'ENOENT' });
});
