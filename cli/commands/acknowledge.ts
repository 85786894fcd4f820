import { defineCommand } from 'citty';
import { acknowledge as acknowledgeHold } from '../../src/remediation/acknowledge.ts';
import { operatorDeps } from '../../src/runtime/operator-deps.ts';
import { bucketArgs } from '../bucket-args.ts';
import { strictArgs } from '../strict-args.ts';

export const acknowledge = defineCommand({
  meta: { name: 'acknowledge', description: 'End the hold of a bucket that was rolled back or that flapped' },
  plugins: [strictArgs],
  args: bucketArgs,
  async run({ args: { bucket, table, region } }) {
    const deps = operatorDeps({ region, table });
    const { arn } = await deps.caller();
    const held = await acknowledgeHold({ bucket, by: arn }, deps);
    const why = [held.rolledBack ? 'as rolled back' : undefined, held.flapping ? 'for flapping' : undefined];
    const because = why.filter((each) => each !== undefined).join(' and ');
    console.log(`Bucket ${bucket} is no longer held ${because}: it is judged as any other at its next event or sweep.`);
  },
});
