import { defineCommand } from 'citty';
import { readOverview } from '../../src/remediation/overview.ts';
import { hubReader, openHub } from '../../src/runtime/hub.ts';
import { columnsOf } from '../../scripts/wrapped.ts';
import { askedHub, hubArgs } from '../hub-args.ts';
import { statusScreen } from '../status/status-screen.ts';
import { statusSummary } from '../status/status-summary.ts';
import { strictArgs } from '../strict-args.ts';
import { asJson } from '../terminal-json.ts';

export const statusCommand = defineCommand({
  meta: { name: 'status', description: 'Show the organization on one screen, and what needs a person' },
  plugins: [strictArgs],
  args: { ...hubArgs, json: { type: 'boolean', description: 'Print one JSON object' } },
  async run({ args }): Promise<number> {
    const { hub } = await openHub(askedHub(args));
    const summary = statusSummary(await readOverview({ ...hubReader(hub), hub, now: () => new Date() }));
    console.log(args.json === true ? asJson(summary, 2) : statusScreen(summary, columnsOf(process.stdout)));
    const { accounts, regions, running, buckets } = summary;
    if ([accounts, regions, running, buckets].every((each) => each === undefined)) return 1;
    return summary.needs.length === 0 ? 0 : 2;
  },
});
