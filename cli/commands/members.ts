import { defineCommand } from 'citty';
import { readOverview } from '../../src/remediation/overview.ts';
import { hubReader, openHub } from '../../src/runtime/hub.ts';
import { columnsOf } from '../../scripts/wrapped.ts';
import { askedHub, hubArgs } from '../hub-args.ts';
import { memberLines, memberRows } from '../status/member-rows.ts';
import { strictArgs } from '../strict-args.ts';
import { asJson } from '../terminal-json.ts';

export const membersCommand = defineCommand({
  meta: { name: 'members', description: 'Show one line an account: its role, its Regions, its buckets' },
  plugins: [strictArgs],
  args: { ...hubArgs, json: { type: 'boolean', description: 'Print one JSON object a line' } },
  async run({ args }): Promise<number> {
    const { hub } = await openHub(askedHub(args));
    // Dead letters are of no account.
    const queues = () => Promise.resolve(new Map<string, string>());
    const overview = await readOverview({ ...hubReader(hub), hub, queues, now: () => new Date() });
    for (const what of overview.unread) console.error(what);
    const rows = memberRows(overview);
    const columns = process.stdout.isTTY ? columnsOf(process.stdout) : Infinity;
    const lines = args.json === true ? rows.map((row) => asJson(row)) : memberLines(rows, overview.at, columns);
    for (const line of lines) console.log(line);
    if (overview.odd > 0) console.error(`${overview.odd} items are not read: a later version wrote them`);
    return overview.unread.length === 0 ? 0 : 1;
  },
});
