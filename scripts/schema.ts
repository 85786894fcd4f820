/**
 * Writes reseal.schema.json, by which editors complete and check reseal.yaml, docs/events.schema.json, the detail of Reseal's own events,
 * and docs/reasons.md, the reason codes. With --check it only compares, and exits 1 if one differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { readCommandLine } from './command-line.ts';
import { eventDetail } from '../src/announcements/announcement.ts';
import { policyDocument } from '../src/policy/document/document.ts';
import { reasonsPage } from './reasons-page.ts';

/** The schema of single fields comes from zod; what several say together (src/policy/document/contradictions.ts) is said beside it. */
function policySchema(): string {
  const schema = z.toJSONSchema(policyDocument, {
    io: 'input',
    target: 'draft-7',
    override({ jsonSchema, path }) {
      Object.assign(jsonSchema, TOGETHER[path.join('.')]);
    },
  });
  const titled = { $schema: schema.$schema, title: 'Reseal policy, version 1', ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}

const NO_KEY_UNDER_AES256 = {
  if: { properties: { algorithm: { const: 'AES256' } }, required: ['algorithm'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and nobody awaits it
  then: { not: { required: ['key'] } },
};

/** By the path in the schema. */
const TOGETHER: Readonly<Record<string, object>> = {
  'properties.standard': { ...NO_KEY_UNDER_AES256, else: { required: ['algorithm', 'key'] } },
  'properties.rules.items.properties.standard': NO_KEY_UNDER_AES256,
  'properties.exceptions.items': { oneOf: [{ required: ['bucket'] }, { required: ['when'] }] },
  'properties.exceptions.items.properties.when': { minProperties: 1 },
};

/** A reader of events is told what is there, and lets pass what a later version adds. */
function eventsSchema(): string {
  const schema = z.toJSONSchema(eventDetail, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ $schema: schema.$schema, title: 'The detail of an event of Reseal, version 1', ...schema }, null, 2)}\n`;
}

const FILES = [
  { file: 'reseal.schema.json', source: 'src/policy/document/document.ts', wanted: policySchema() },
  { file: 'docs/events.schema.json', source: 'src/announcements/announcement.ts', wanted: eventsSchema() },
  { file: 'docs/reasons.md', source: 'src/policy/reasons.ts', wanted: reasonsPage() },
];

const { values } = readCommandLine({
  name: 'npm run schema',
  does: `Writes what follows from the code: ${FILES.map(({ file }) => file).join(', ')}.`,
  options: { check: { type: 'boolean', help: 'writes nothing, and exits 1 where a file differs' } },
});
for (const { file, source, wanted } of FILES) {
  const url = new URL(`../${file}`, import.meta.url);
  if (values.check !== true) {
    writeFileSync(url, wanted);
  } else if (readFileSync(url, 'utf8') !== wanted) {
    console.error(`${file} differs from ${source}: run \`npm run schema\` and commit the result`);
    process.exitCode = 1;
  }
}
