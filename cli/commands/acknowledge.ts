import { defineCommand } from 'citty';
import { acknowledge } from '../../src/remediation/acknowledge.ts';
import { ledgerDeps } from '../../src/runtime/operator-deps.ts';
import { askedPlace, bucketArgs, needPlaceOf } from '../bucket-args.ts';
import { strictArgs } from '../strict-args.ts';

export const acknowledgeCommand = defineCommand({
  meta: { name: 'acknowledge', description: 'End the hold of a bucket that was rolled back or that flapped' },
  plugins: [strictArgs],
  args: bucketArgs,
  async run({ args }) {
    const { bucket, table, region } = args;
    needPlaceOf(bucket, args);
    const { account, caller, ...deps } = await ledgerDeps({ ...askedPlace(args), table });
    const held = await acknowledge({ bucket, account, region, by: caller.arn }, deps);
    const why = [held.rolledBack ? 'as rolled back' : undefined, held.flapping ? 'for flapping' : undefined];
    const because = why.filter((each) => each !== undefined).join(' and ');
    console.log(
      `Bucket ${bucket} is no longer held ${because}: it is judged like every other at its next event or sweep.`,
    );
  },
});
