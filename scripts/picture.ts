import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readCommandLine } from './command-line.ts';
import { pictureOf } from './scenario/picture.ts';

const RESULT = 'docs/result.json';
const PICTURE = 'docs/result.svg';

const { values } = readCommandLine({
  name: 'npm run picture',
  does: `Plays the scenario of npm start and writes ${RESULT} and ${PICTURE}.`,
  options: {
    check: { type: 'boolean', default: false, help: `only compare ${PICTURE} with what ${RESULT} gives` },
  },
});
if (!values.check) writeFileSync(RESULT, `${JSON.stringify(played(), undefined, 2)}\n`);
const picture = pictureOf(JSON.parse(readFileSync(RESULT, 'utf8')));
if (!values.check) writeFileSync(PICTURE, picture);
else if (readFileSync(PICTURE, 'utf8') !== picture) {
  throw new Error(`${PICTURE} is not what ${RESULT} gives: run npm run picture, and commit both`);
}

function played(): unknown {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/start.ts', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (status !== 0) throw new Error(`npm start ended with ${status}, so there is nothing to show`);
  return JSON.parse(stdout);
}
