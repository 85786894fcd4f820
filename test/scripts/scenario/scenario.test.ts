import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../../../scripts/progress.ts';
import { playScenario } from '../../../scripts/scenario/scenario.ts';

/** What was said and waited for, in order. */
function recorded(): { told: string[]; progress: Progress } {
  const told: string[] = [];
  const progress: Progress = {
    say: (line) => void told.push(`says ${line}`),
    show: () => {},
    pace: () => {},
    within: ({ for: what, seconds }, work) => {
      told.push(`waits ${seconds} s for ${what}`);
      return work(new AbortController().signal);
    },
    [Symbol.dispose]: () => {},
  };
  return { told, progress };
}

const ENDING = { result: {}, forPeople: () => '', offences: ['wrong'] };

test('a scenario is played act by act, each told and waited for, and then says what it has shown', async () => {
  const { told, progress } = recorded();
  const act = (name: string) => async () => void told.push(name);
  const acts = [
    { says: 'first', for: 'the first act', play: act('one') },
    { for: 'the second act', play: act('two') },
  ];
  const end = async () => {
    told.push('the end');
    return ENDING;
  };
  assert.equal(await playScenario({ acts, seconds: 7, end }, progress), ENDING);
  assert.deepEqual(told, [
    'says first',
    'waits 7 s for the first act',
    'one',
    'waits 7 s for the second act',
    'two',
    'waits 7 s for everything to be read back and compared',
    'the end',
  ]);
});

test('an act that fails is the last one', async () => {
  const { told, progress } = recorded();
  const fails = { for: 'what fails', play: () => Promise.reject(new Error('no')) };
  const never = { for: 'nothing', play: async () => assert.fail() };
  await assert.rejects(playScenario({ acts: [fails, never], seconds: 7, end: async () => ENDING }, progress), {
    message: 'no',
  });
  assert.deepEqual(told, ['waits 7 s for what fails']);
});
