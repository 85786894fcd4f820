import { defineCommand } from 'citty';
import { testPolicy } from '../policy-test/policy-tests.ts';
import { strictArgs } from '../strict-args.ts';

/** Prints a line for each difference and exits with 1 where there is one. */
export const policyTest = defineCommand({
  meta: {
    name: 'test',
    description: 'Judge described buckets under a policy and compare the verdicts with those expected',
  },
  plugins: [strictArgs],
  args: {
    file: { type: 'positional', description: 'The tests, in YAML or JSON (docs/policy-tests.md)', required: true },
  },
  async run({ args: { file } }): Promise<number> {
    const { total, failed, failures, warnings, untested } = await testPolicy(file);
    for (const line of [...failures, ...warnings]) console.log(line);
    console.error(`${file}: ${total - failed} of ${total} tests passed`);
    if (untested.length > 0) console.error(`No test reaches ${untested.map((name) => `"${name}"`).join(', ')}.`);
    return failed === 0 ? 0 : 1;
  },
});
