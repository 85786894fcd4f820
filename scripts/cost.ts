/** Writes docs/cost.md. With --check it only compares, and exits 1 if the page or README differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readCommandLine } from './command-line.ts';
import { stackCounts, walkCounts } from './cost/counted.ts';
import { costPage } from './cost/cost-page.ts';

const PAGE = new URL('../docs/cost.md', import.meta.url);
const README = new URL('../README.md', import.meta.url);

const { values } = readCommandLine({
  name: 'npm run cost',
  does: 'Writes docs/cost.md, what standing still costs, from the packaged template, the counts of the bench and dated prices.',
  options: {
    check: { type: 'boolean', help: 'writes nothing, and exits 1 where the page or README says something else' },
  },
});
const { page, sentence } = costPage(await stackCounts(), walkCounts());
if (values.check !== true) writeFileSync(PAGE, page);
else if (readFileSync(PAGE, 'utf8') !== page)
  fail('docs/cost.md is not what follows from the template: run npm run cost');
if (!readFileSync(README, 'utf8').includes(sentence))
  fail(`README does not say what docs/cost.md says. Write there: ${sentence}.`);

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
