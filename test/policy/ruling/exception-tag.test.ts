import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exceptionTagAfter, type Tagging } from '../../../src/policy/ruling/exception-request.ts';

const ADMIN = 'arn:aws:iam::111122223333:role/security-admin';
const EVE = 'arn:aws:iam::111122223333:role/eve';
const REQUESTS = { tag: 'exempt', setBy: [ADMIN], maxDays: 30 };
const KNOWN = { value: '2026-11-20', actor: ADMIN, at: '2026-11-02T10:00:00Z', causeId: 'event-1' };

function event(actor: string | undefined, value: string | undefined, over: Partial<Tagging> = {}): Tagging {
  const tags = [{ key: 'team', value: 'a' }, ...(value === undefined ? [] : [{ key: 'exempt', value }])];
  const who = actor === undefined ? {} : { actor };
  return { account: '111122223333', at: '2026-11-02T11:00:00Z', causeId: 'event-2', tags, ...who, ...over };
}
const told = (actor: string, value: string) => ({ value, actor, at: '2026-11-02T11:00:00Z', causeId: 'event-2' });
const after = (tagging: Tagging, known: typeof KNOWN | undefined = KNOWN) =>
  exceptionTagAfter(known, tagging, REQUESTS);

describe('who vouches for an exception after one more event', () => {
  const { tags: _, ...unsaid } = event(EVE, undefined);
  const rows: [name: string, tagging: Tagging, expected: typeof KNOWN][] = [
    ['whoever wrote another value, allowed or not', event(EVE, '2027-01-01'), told(EVE, '2027-01-01')],
    ['whoever may, of the same value', event(ADMIN, '2026-11-20'), told(ADMIN, '2026-11-20')],
    ['still the same, where somebody else writes the same value again', event(EVE, '2026-11-20'), KNOWN],
    ['nobody, where the tag is taken away', event(EVE, undefined), told(EVE, '')],
    ['nobody, where the event does not say the tags', unsaid, told(EVE, '')],
    ['nobody, where the event does not say who', event(undefined, '2026-11-20'), told('', '')],
    ['still the same, after an older event', event(EVE, 'x', { at: '2026-11-02T09:59:59Z' }), KNOWN],
    [
      'still the same, after another event of the same moment',
      event(EVE, 'x', { at: '2026-11-02T10:00:00.000Z' }),
      KNOWN,
    ],
  ];
  for (const [name, tagging, expected] of rows) test(name, () => assert.deepEqual(after(tagging), expected));
});

test('the first event is believed, whoever it is of: whether they may is judged later', () => {
  assert.deepEqual(exceptionTagAfter(undefined, event(EVE, '2026-11-20'), REQUESTS), told(EVE, '2026-11-20'));
});
