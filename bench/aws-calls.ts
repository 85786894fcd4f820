// How many AWS calls the main stories take, and in how many rounds of waiting. test/remediation/aws-calls.test.ts pins the lists of some, bench/counts.json the counts of all.
import { roundsOf, STORIES } from './aws-calls/stories.ts';

for (const story of STORIES) {
  const rounds = await roundsOf(story);
  const target = story.target === undefined ? '' : `; target at most ${story.target} calls`;
  console.log(`${story.what}: ${rounds.flat().length} calls in ${rounds.length} rounds of waiting${target}`);
  for (const [index, round] of rounds.entries()) console.log(`  ${index + 1}. ${round.join(', ')}`);
}
