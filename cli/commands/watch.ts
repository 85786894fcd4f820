import { defineCommand } from 'citty';
import { hubReader, openHub } from '../../src/runtime/hub.ts';
import { askedHub, hubArgs } from '../hub-args.ts';
import { strictArgs } from '../strict-args.ts';
import { watchSweep } from '../watch/watch-sweep.ts';

export const watchCommand = defineCommand({
  meta: { name: 'watch', description: 'Follow a sweep to its end: accounts, buckets, jobs, objects, failures' },
  plugins: [strictArgs],
  args: {
    sweep: { type: 'positional', description: 'The id of the sweep, the newest where it is not said', required: false },
    ...hubArgs,
  },
  async run({ args }): Promise<number> {
    const { hub } = await openHub(askedHub(args));
    return watchSweep(hub, hubReader(hub), args.sweep);
  },
});
