import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { type LocalAws, startLocal } from '../../local/start-local.ts';
import { exclusively } from '../../scripts/exclusive.ts';
import { LOCK } from '../infra/osls.ts';
import { defaultOf } from '../local/s3/open-s3.ts';
import { shellOf } from '../local/shell.ts';
// What `npm run package` prints on the page is there then.
import '../infra/packaged-template.ts';
import { cliMissing } from '../local/aws-cli.ts';
import { createClients } from '../local/clients.ts';
import { ROOT } from './documents.ts';
import { writeOneCli } from './one-cli.ts';

const HUB = '111111111111';
const MANAGEMENT = '999999999999';
const MEMBER = '222222222222';
/** The whole page: four runs of osls and some thirty of the AWS CLI, also on a machine that is busy. */
const PATIENCE_MS = 900_000;

interface Block {
  readonly heading: string;
  readonly text: string;
}

/** The blocks that are to be run, with the heading above each. */
function blocksOf(page: string): Block[] {
  const found = page.matchAll(/^#+ (?<heading>.+)$|^```sh\n(?<text>[^]*?)^```$/gm);
  let heading = '';
  return [...found].flatMap(({ groups }) => {
    heading = groups?.['heading'] ?? heading;
    const text = groups?.['text'];
    return text === undefined ? [] : [{ heading, text }];
  });
}

/** A template that another version has is left out by name. */
function withoutMissing(text: string, say: (what: string) => void): string {
  return text.replaceAll(/^.*--template-file (infra\S+).*\n/gm, (line, file: string) => {
    if (existsSync(path.join(ROOT, file))) return line;
    say(`${file} is not there: its command was left out`);
    return '';
  });
}

/** One shell for the whole page, so that a block knows what those before it have set. */
function openShell(env: NodeJS.ProcessEnv) {
  const shell = spawn('bash', ['-euo', 'pipefail'], { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const said: string[] = [];
  shell.stderr.on('data', (chunk: Buffer) => void said.push(chunk.toString()));
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  return {
    run: async ({ heading, text }: Block): Promise<string> => {
      const output: string[] = [];
      shell.stdin.write(`${text}\necho; echo "block done"\n`);
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) assert.fail(`"${heading}" failed:\n${text}\n${output.join('\n')}\n${said.join('')}`);
        if (value === 'block done') return output.join('\n');
        output.push(value);
      }
    },
    end: () => shell.kill(),
  };
}

async function stacksOf(aws: LocalAws, account: string, region: string): Promise<string[]> {
  await using clients = createClients(aws, { account, region });
  const { Stacks = [] } = await clients.cloudFormation.send(new DescribeStacksCommand({}));
  return Stacks.map(({ StackName = '', StackStatus }) => `${StackName} ${StackStatus}`).toSorted();
}

/** What became of a bucket that is made in a member. */
async function keyOfNewBucket(aws: LocalAws, Bucket: string): Promise<'the key' | 'no key'> {
  const place = { account: MEMBER, region: 'us-east-1' };
  await using clients = createClients(aws, place);
  await clients.s3.send(new CreateBucketCommand({ Bucket }));
  const settled = await fetch(`http://127.0.0.1:${aws.port}/_local/settle?timeoutMs=60000`, { method: 'POST' });
  assert.equal(settled.status, 200);
  const { KMSMasterKeyID: key } = await defaultOf(clients.s3, Bucket);
  return key === undefined ? 'no key' : 'the key';
}

test(
  'docs/deploy.md works word by word, from the first key to the last bucket that is deleted',
  { skip: cliMissing(), timeout: PATIENCE_MS },
  async (t) => {
    const home = mkdtempSync(path.join(tmpdir(), 'reseal-home-'));
    await using aws = await startLocal();
    const cli = await writeOneCli(home);
    const shell = openShell(shellOf(aws, { HOME: home, TMPDIR: home, PATH: `${home}:${process.env['PATH']}` }));
    t.after(() => {
      shell.end();
      cli.close();
      rmSync(home, { recursive: true });
    });
    const checks: Record<string, () => Promise<void>> = {
      'The hub': async () => assert.deepEqual(await stacksOf(aws, HUB, 'eu-west-1'), ['reseal-prod UPDATE_COMPLETE']),
      'All other accounts': async () => {
        const stacks = await Promise.all(['eu-west-1', 'us-east-1'].map((region) => stacksOf(aws, MEMBER, region)));
        assert.deepEqual(
          stacks.map((each) => each.length),
          [2, 1],
        );
        assert.equal(await keyOfNewBucket(aws, 'observed'), 'no key');
      },
      'Judge, then enforce': async () => {
        // An environment reads the policy once a minute, and a new one at once.
        for (const { definition } of aws.functions.list()) aws.functions.update({ ...definition });
        assert.equal(await keyOfNewBucket(aws, 'enforced'), 'the key');
      },
    };
    const [local, page] = ['docs/local.md', 'docs/deploy.md'].map((file) =>
      readFileSync(path.join(ROOT, file), 'utf8'),
    );
    const blocks = blocksOf(`${local?.replaceAll('4566', String(aws.port))}\n${page}`);
    for (const [at, { heading, text }] of blocks.entries()) {
      const block = { heading, text: withoutMissing(text, (what) => t.diagnostic(what)) };
      // Packaging writes into folders of the repository.
      const isPackaging = text.includes('npx osls deploy');
      await (isPackaging ? exclusively(LOCK, () => shell.run(block)) : shell.run(block));
      if (blocks[at + 1]?.heading !== heading) await checks[heading]?.();
    }
    for (const account of [HUB, MANAGEMENT, MEMBER]) {
      for (const region of ['eu-west-1', 'us-east-1']) assert.deepEqual(await stacksOf(aws, account, region), []);
      assert.equal(aws.world.identity.roleNamed(account, 'reseal-assess-bucket'), undefined);
    }
    await using hub = createClients(aws, { account: HUB, region: 'eu-west-1' });
    assert.deepEqual((await hub.dynamoDb.send(new ListTablesCommand())).TableNames, []);
    assert.deepEqual((await hub.s3.send(new ListBucketsCommand())).Buckets ?? [], []);
  },
);
