import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ExceptionTag, TagHistory } from '../../../src/policy/facts.ts';
import {
  afterDeletion,
  exceptionTagOf,
  tagHistoryOf,
  type Tagging,
  withEvent,
  withLook,
} from '../../../src/policy/ruling/exception-tag.ts';

const ADMIN = 'arn:aws:iam::111122223333:role/security-admin';
const EVE = 'arn:aws:iam::111122223333:role/eve';
const DAY = '2026-11-20';

const at = (time: string) => `2026-11-02T${time}Z`;
const set = (value: string | undefined) => [
  { key: 'team', value: 'a' },
  ...(value === undefined ? [] : [{ key: 'exempt', value }]),
];

/** One thing that is heard or seen of the tag, after another. */
type Step = (known: TagHistory) => TagHistory;

function event(actor: string | undefined, value: string | undefined, time: string, over: Partial<Tagging> = {}): Step {
  const who = actor === undefined ? {} : { actor };
  const tagging = { at: at(time), causeId: `event-${time}-${actor}-${value}`, tags: set(value), ...who, ...over };
  return (known) => withEvent(known, tagging);
}

function untold(actor: string, time: string): Step {
  return (known) => withEvent(known, { actor, at: at(time), causeId: `event-${time}` });
}

function look(value: string | undefined, time: string): Step {
  return (known) => withLook(known, { at: at(time), causeId: `look-${time}`, tags: set(value) });
}

const after = (steps: readonly Step[], isSeen = false): TagHistory =>
  steps.reduce((known, step) => step(known), tagHistoryOf({ isSeen }, 'exempt'));

/** Who vouches for a value: '' where nobody does. */
function vouches(steps: readonly Step[], { value = DAY, isSeen = false } = {}): string {
  const known = exceptionTagOf(after(steps, isSeen));
  return known?.value === value && known.doubted !== true ? known.actor : '';
}

describe('who changed the value vouches for it', () => {
  const rows: [name: string, steps: Step[], expected: string][] = [
    ['the first event of a bucket that nobody has looked at', [event(ADMIN, DAY, '10:00:00')], ADMIN],
    ['whoever it is of', [event(EVE, DAY, '10:00:00')], EVE],
    [
      'an event after a look that found no tag',
      [look(undefined, '09:00:00.500'), event(ADMIN, DAY, '10:00:00'), look(DAY, '10:01:00.100')],
      ADMIN,
    ],
    [
      'an event that gives it another day',
      [event(EVE, '2027-01-01', '09:00:00'), event(ADMIN, DAY, '10:00:00')],
      ADMIN,
    ],
    ['an event that comes after a look that saw it', [look(DAY, '10:00:30.000'), event(ADMIN, DAY, '10:00:00')], ADMIN],
    [
      'still whoever did, where anybody writes the same value again',
      [event(ADMIN, DAY, '10:00:00'), event(EVE, DAY, '11:00:00'), look(DAY, '11:01:00')],
      ADMIN,
    ],
    [
      'still whoever did, where the event comes twice',
      [event(ADMIN, DAY, '10:00:00'), event(ADMIN, DAY, '10:00:00')],
      ADMIN,
    ],
    [
      'still whoever did, where other tags are set or taken away',
      [
        event(ADMIN, DAY, '10:00:00'),
        event(EVE, undefined, '11:00:00', { someTags: true }),
        event(EVE, undefined, '12:00:00', { someTags: true, tags: [] }),
      ],
      ADMIN,
    ],
    [
      'an event that names it among the tags that it changed',
      [look(undefined, '09:00:00'), event(ADMIN, DAY, '10:00:00', { someTags: true })],
      ADMIN,
    ],
    [
      'whoever set it again after it was taken away',
      [event(ADMIN, DAY, '10:00:00'), event(EVE, undefined, '11:00:00'), event(EVE, DAY, '12:00:00')],
      EVE,
    ],
    [
      'whoever set it once more after a look that did not find it',
      [event(ADMIN, DAY, '10:00:00'), look(undefined, '11:00:00'), event(EVE, DAY, '12:00:00'), look(DAY, '12:01:00')],
      EVE,
    ],
  ];
  for (const [name, steps, expected] of rows) test(name, () => assert.equal(vouches(steps), expected));
});

describe('an allowed principal does not vouch', () => {
  const refusedFirst = [event(EVE, DAY, '10:00:00'), event(ADMIN, DAY, '11:00:00')];
  const rows: [name: string, steps: Step[], isSeen?: boolean][] = [
    ['for what somebody else had set before', refusedFirst],
    ['for that where the events come the other way round', refusedFirst.toReversed()],
    ['for what a look had found there', [look(DAY, '09:00:00'), event(ADMIN, DAY, '10:00:00')]],
    ['for what may have been there before anybody looked at tags', [event(ADMIN, DAY, '10:00:00')], true],
    ['for what a first look at tags finds', [look(DAY, '10:01:00'), event(ADMIN, DAY, '10:00:00')], true],
    ['once the tag is taken away', [event(ADMIN, DAY, '10:00:00'), event(EVE, undefined, '11:00:00')]],
    [
      'where it was taken away in the same second',
      [event(ADMIN, DAY, '10:00:00'), event(EVE, undefined, '10:00:00'), look(DAY, '10:01:00')],
    ],
    [
      'where that is heard of later, and somebody set it again meanwhile',
      [
        event(ADMIN, DAY, '10:00:00'),
        look(DAY, '10:01:00'),
        event(EVE, undefined, '10:00:00'),
        event(EVE, DAY, '10:02:00'),
      ],
    ],
    ['where somebody else set it in the same second', [event(ADMIN, DAY, '10:00:00'), event(EVE, DAY, '10:00:00')]],
    [
      'in the second of a look that found another value',
      [look(undefined, '10:00:00.900'), event(ADMIN, DAY, '10:00:00')],
    ],
    [
      'again by an event that is told once more after the tag was gone',
      [
        event(ADMIN, DAY, '10:00:00'),
        look(undefined, '11:00:00'),
        event(EVE, DAY, '12:00:00'),
        event(ADMIN, DAY, '10:00:00'),
        look(DAY, '12:01:00'),
      ],
    ],
    [
      'again by such an event where nobody heard who set it',
      [
        event(ADMIN, DAY, '10:00:00'),
        look(undefined, '11:00:00'),
        look(DAY, '12:00:00'),
        event(ADMIN, DAY, '10:00:00'),
      ],
    ],
    [
      'where an event that comes late had taken it away in between',
      [event(ADMIN, DAY, '10:00:00'), look(DAY, '12:00:00'), event(EVE, undefined, '11:00:00'), look(DAY, '13:00:00')],
    ],
    [
      'where an event does not say the tags',
      [event(ADMIN, DAY, '10:00:00'), untold(EVE, '11:00:00'), look(DAY, '11:01:00')],
    ],
    [
      'where such an event comes late',
      [look(undefined, '09:00:00'), event(ADMIN, DAY, '10:00:00'), untold(EVE, '09:30:00')],
    ],
    [
      'where the event does not say who',
      [event(undefined, DAY, '10:00:00'), look(DAY, '10:01:00'), event(ADMIN, DAY, '11:00:00')],
    ],
  ];
  for (const [name, steps, isSeen = false] of rows) {
    test(name, () => assert.notEqual(vouches(steps, { isSeen }), ADMIN));
  }
});

test('whoever is suspected is named, and doubted', () => {
  const seen = [event(ADMIN, '2027-01-01', '10:00:00'), look('2027-01-01', '10:01:00.500')];
  const known = { value: DAY, actor: EVE, at: at('10:01:00'), doubted: true };
  for (const more of [[], [look(DAY, '10:02:00')]]) {
    assert.partialDeepStrictEqual(exceptionTagOf(after([...seen, event(EVE, DAY, '10:01:00'), ...more])), known);
  }
});

test('what is known of a tag says nothing of one that the policy names later', () => {
  const known = tagHistoryOf({ tagHistory: after([event(ADMIN, DAY, '10:00:00')]) }, 'another');
  assert.deepEqual(known, { tag: 'another', said: [] });
});

test('what an older version kept counts as one event', () => {
  const exceptionTag: ExceptionTag = { value: DAY, actor: ADMIN, at: at('10:00:00'), causeId: 'event-1' };
  const known = tagHistoryOf({ exceptionTag, isSeen: true }, 'exempt');
  assert.deepEqual(exceptionTagOf(known), exceptionTag);
  assert.equal(exceptionTagOf(look(undefined, '11:00:00')(known))?.value, '');
});

test('a bucket that was made again had no tag, and events since then count', () => {
  const both = after([event(ADMIN, DAY, '10:00:00'), look(DAY, '10:01:00'), event(ADMIN, DAY, '12:00:00')]);
  assert.partialDeepStrictEqual(exceptionTagOf(afterDeletion(both, at('11:00:00'))), {
    actor: ADMIN,
    at: at('12:00:00'),
  });
  assert.partialDeepStrictEqual(exceptionTagOf(afterDeletion(both, at('12:00:00'))), { value: '', actor: '' });
});

test('of a tag that is spoken of without end no more is kept than what it comes to', () => {
  const again = Array.from({ length: 40 }, (_, index) => event(EVE, DAY, `11:00:${index + 10}`));
  const steps = [look(undefined, '09:00:00'), event(ADMIN, DAY, '10:00:00'), ...again];
  assert.equal(vouches(steps), ADMIN);
  assert.ok(after(steps).said.length <= 12);
  // Of what is no more kept nobody knows who it was.
  assert.equal(vouches([...steps, event(EVE, undefined, '10:30:00')]), '');
  const looks = Array.from({ length: 40 }, (_, index) => look(DAY, `11:00:${index + 10}`));
  assert.equal(after([event(ADMIN, DAY, '10:00:00'), ...looks]).said.length, 4);
});

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_130, numRuns: 2_000 };

test('in whatever order and however often events come, nobody is exempt by an admin who did not change the value', () => {
  // One act a second: everything is heard of or not, in any order, after a look that found no tag.
  const act = fc.record({ actor: fc.constantFrom(ADMIN, EVE), value: fc.constantFrom(undefined, DAY, '2026-11-25') });
  const acts = fc.array(act, { minLength: 1, maxLength: 6 });
  const order = fc.array(fc.nat(5), { maxLength: 12 });
  fc.assert(
    fc.property(acts, order, (history, heard) => {
      const time = (index: number) => `10:00:0${index + 1}`;
      const every = [...history.keys()];
      // The removals of a tag need not be heard of: a look that follows at once does not find it.
      const steps = [...heard.filter((index) => index < history.length), ...every].map((index) => {
        const { actor, value } = history[index] ?? { actor: EVE, value: undefined };
        return event(actor, value, time(index));
      });
      const last = history.at(-1)?.value;
      const known = vouches([look(undefined, '10:00:00'), ...steps, look(last, '11:00:00')], { value: last ?? 'none' });
      const changed = history.findLastIndex(({ value }, index) => value !== history[index - 1]?.value);
      const setter = history[changed];
      assert.ok(
        known !== ADMIN || (setter?.actor === ADMIN && setter.value === last),
        JSON.stringify({ history, heard }),
      );
    }),
    RUNS,
  );
});

describe('where more is said than is kept', () => {
  const minutes = Array.from({ length: 12 }, (_, n) => `11:${String(10 + n)}:00`);
  const more = minutes.map((time, n) => look(n % 2 === 0 ? '2026-11-29' : '2026-11-30', time));
  const kept = (steps: readonly Step[]) => after(steps).said.map(({ causeId, value }) => [causeId, value]);

  test('the one who vouches stays, with what was there before', () => {
    const same = minutes.map((time) => event(EVE, DAY, time));
    const steps = [event(ADMIN, DAY, '10:00:00'), ...same];
    assert.equal(vouches(steps), ADMIN);
    assert.deepEqual(kept(steps.slice(0, 12)), [
      ['none', ''],
      [`event-10:00:00-${ADMIN}-${DAY}`, DAY],
      ['shortened', DAY],
    ]);
  });

  test('of one who is doubted nothing stays, and nobody vouches', () => {
    const steps = [...more, event(ADMIN, DAY, '12:00:00'), event(EVE, DAY, '12:00:00')];
    const doubted = after([...more.slice(0, 10), event(ADMIN, DAY, '12:00:00'), event(EVE, DAY, '12:00:00')]);
    assert.deepEqual(
      doubted.said.map(({ causeId, value }) => [causeId, value]),
      [['shortened', DAY]],
    );
    assert.equal(vouches(steps), '');
  });

  test('where several values are said of one second, none is known', () => {
    const steps = [...more.slice(0, 10), event(ADMIN, DAY, '12:00:00'), event(EVE, '2026-11-21', '12:00:00')];
    assert.deepEqual(kept(steps), [['shortened', undefined]]);
    assert.equal(vouches(steps), '');
  });
});
