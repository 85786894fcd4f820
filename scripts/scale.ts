/** Writes docs/scale.md. With --check it only compares, and exits 1 if the page differs. */
import { readCommandLine } from './command-line.ts';
import { keepPage } from './keep-page.ts';
import { scalePage } from './scale/scale-page.ts';

const { values } = readCommandLine({
  name: 'npm run scale',
  does: 'Writes docs/scale.md, what a sweep asks of AWS by the number of buckets, from the model in scripts/scale.',
  options: { check: { type: 'boolean', help: 'writes nothing, and exits 1 where the page says something else' } },
});
keepPage('docs/scale.md', scalePage(), { command: 'npm run scale', check: values.check === true });
