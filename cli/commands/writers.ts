import { defineCommand } from 'citty';
import { ledgerDeps } from '../../src/runtime/operator-deps.ts';
import { askedPlace, bucketArgs, needPlaceOf } from '../bucket-args.ts';
import { strictArgs } from '../strict-args.ts';
import { asJson } from '../terminal-json.ts';
import { needsChange, writersInJson, writersScreen } from '../writers-screen.ts';

export const writersCommand = defineCommand({
  meta: {
    name: 'writers',
    description:
      'Show who writes to a bucket below its standard, and what to change in that client. Exit status: 0 nobody does, 2 somebody did within 7 days, 1 the ledger could not be read, 64 the command line is wrong',
  },
  plugins: [strictArgs],
  args: { ...bucketArgs, json: { type: 'boolean', description: 'Print one JSON object' } },
  async run({ args }): Promise<number> {
    const { bucket, table, region } = args;
    needPlaceOf(bucket, args);
    const { account, ledger, writers, now } = await ledgerDeps({ ...askedPlace(args), table });
    const id = { bucket, account, region };
    const [known, item] = await Promise.all([writers(id), ledger.read(id)]);
    const shown = { bucket, writers: known, item };
    console.log(args.json === true ? asJson(writersInJson(shown)) : writersScreen(shown));
    return needsChange(shown, now()) ? 2 : 0;
  },
});
