/** Writes docs/cost.md. With --check it only compares, and exits 1 if the page or README differs. */
import { readFileSync } from 'node:fs';
import { readCommandLine } from './command-line.ts';
import { stackCounts, walkCounts } from './cost/counted.ts';
import { costPage } from './cost/cost-page.ts';
import { keepPage } from './keep-page.ts';

const README = new URL('../README.md', import.meta.url);

const { values } = readCommandLine({
  name: 'npm run cost',
  does: 'Writes docs/cost.md, what standing still costs, from the packaged template, the counts of the bench and dated prices.',
  options: {
    check: { type: 'boolean', help: 'writes nothing, and exits 1 where the page or README says something else' },
  },
});
const { page, sentence } = costPage(await stackCounts(), walkCounts());
keepPage('docs/cost.md', page, { command: 'npm run cost', check: values.check === true });
if (!readFileSync(README, 'utf8').includes(sentence)) {
  console.error(`README does not say what docs/cost.md says. Write there: ${sentence}.`);
  process.exitCode = 1;
}
