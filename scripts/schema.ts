/** Writes reseal.schema.json, by which editors complete and check reseal.yaml. With --check it only compares, and exits 1 where it differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { policyDocument } from '../src/policy/document.ts';

const FILE = new URL('../reseal.schema.json', import.meta.url);

/** The schema of single fields comes from zod; that KMS needs a key and AES256 takes none is said beside it. */
function policySchema(): string {
  const schema = z.toJSONSchema(policyDocument, {
    io: 'input',
    target: 'draft-7',
    override({ jsonSchema, path }) {
      if (path.join('.') === 'properties.standard') Object.assign(jsonSchema, KEY_BY_ALGORITHM);
    },
  });
  const titled = { $schema: schema.$schema, title: 'Reseal policy, version 1', ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}

const KEY_BY_ALGORITHM = {
  if: { properties: { algorithm: { const: 'AES256' } }, required: ['algorithm'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and nobody awaits it
  then: { not: { required: ['key'] } },
  else: { required: ['algorithm', 'key'] },
};

const wanted = policySchema();
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, wanted);
} else if (readFileSync(FILE, 'utf8') !== wanted) {
  console.error('reseal.schema.json differs from src/policy/document.ts: run `npm run schema` and commit the result');
  process.exitCode = 1;
}
