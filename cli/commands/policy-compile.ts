import { writeFileSync } from 'node:fs';
import { defineCommand } from 'citty';
import { ResealError } from '../../src/errors.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { strictArgs } from '../strict-args.ts';

export const policyCompile = defineCommand({
  meta: { name: 'compile', description: 'Check a policy and write it as the JSON that the functions read' },
  plugins: [strictArgs],
  args: {
    file: { type: 'positional', description: 'The policy, in YAML or JSON', required: true },
    out: { type: 'string', valueHint: 'file', description: 'Where to write the JSON; without it, standard output' },
  },
  run({ args }) {
    const { json, sha256 } = compilePolicyFile(args.file);
    if (args.out === undefined) {
      process.stdout.write(json);
      return;
    }
    written(args.out, json);
    console.error(`${args.file} is good: ${args.out} written, SHA-256 ${sha256}`);
  },
});

function written(file: string, json: string): void {
  try {
    writeFileSync(file, json);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new ResealError(
      'invalid-policy',
      `${file} could not be written (${code}): expected a file in a folder that exists, and the right to write there`,
    );
  }
}
