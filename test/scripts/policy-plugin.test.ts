import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { DEFAULT_OBJECTS } from '../../src/policy/model.ts';
import { pricesIn } from '../../src/policy/plan/price-list.ts';
import PolicyPlugin from '../../scripts/osls-policy-plugin.mjs';

/** The parts of osls that the plugin touches. */
function serverlessIn(serviceDir: string, pricesFile: string) {
  return {
    serviceDir,
    service: { custom: { policyFile: 'policy.yaml', accountsFile: 'accounts.txt', pricesFile } },
    classes: { Error },
  };
}

const VALID = 'version: 1\nstandard:\n  algorithm: AES256\n';

async function prepare(folder: string, policy: string, accounts = '', prices = ''): Promise<void> {
  await writeFile(path.join(folder, 'policy.yaml'), policy);
  await writeFile(path.join(folder, 'accounts.txt'), accounts);
  await new PolicyPlugin(serverlessIn(folder, prices)).hooks['before:package:createDeploymentArtifacts']();
}

describe('the packaging plugin', () => {
  it('puts the checked policy where the function finds it', async () => {
    await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
    await prepare(folder.path, VALID);
    const compiled: unknown = JSON.parse(await readFile(path.join(folder.path, '.reseal/policy.json'), 'utf8'));
    assert.deepEqual(compiled, {
      version: 1,
      mode: 'enforce',
      standard: { algorithm: 'AES256', bucketKey: true, blockSseC: 'leave', strength: 'atLeast' },
      objects: DEFAULT_OBJECTS,
      rules: [],
      exceptions: [],
      limits: { flapping: { repairs: 3, hours: 24 } },
    });
  });

  it('stops the packaging where the policy is invalid, and says where', async () => {
    await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
    await assert.rejects(prepare(folder.path, `${VALID}unknown: true\n`), (error: Error) => {
      assert.match(error.message, /^The policy cannot be packaged\. .*policy\.yaml:4:1 error unknown: /s);
      return true;
    });
  });

  it('puts the accounts of the file beside it, and names the line that is none', async () => {
    await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
    await prepare(folder.path, VALID, '# ours\n111122223333 # shop\n\n 444455556666\r\n');
    const accounts: unknown = JSON.parse(await readFile(path.join(folder.path, '.reseal/accounts.json'), 'utf8'));
    assert.deepEqual(accounts, ['111122223333', '444455556666']);
    await assert.rejects(prepare(folder.path, VALID, '111122223333\n1111-2222-3333\n'), {
      message:
        /^The accounts cannot be packaged\. .*accounts\.txt:2: expected an account id of 12 digits, found "1111-2222-3333"\.$/,
    });
  });

  it('puts the list prices of the file beside it, or none, and says what is wrong with them', async () => {
    await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
    const packaged = async (): Promise<unknown> =>
      JSON.parse(await readFile(path.join(folder.path, '.reseal/prices.json'), 'utf8'));
    await prepare(folder.path, VALID);
    assert.deepEqual(await packaged(), {});
    const { region: _, ...ours } = pricesIn('');
    await writeFile(path.join(folder.path, 'p.json'), JSON.stringify({ 'eu-west-1': { ...ours, job: 0.3 } }));
    await prepare(folder.path, VALID, '', 'p.json');
    assert.deepEqual(await packaged(), { 'eu-west-1': { ...ours, job: 0.3 } });
    await writeFile(path.join(folder.path, 'p.json'), '{');
    await assert.rejects(prepare(folder.path, VALID, '', 'p.json'), {
      message:
        /^The list prices cannot be packaged\. RESEAL_PRICES names the file\.\n.*p\.json:1:1 error the file of prices: expected .+$/,
    });
  });

  it('leaves nothing of an earlier packaging to be zipped again', async () => {
    await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
    const stale = path.join(folder.path, '.esbuild/.build/functions/gone.mjs');
    await mkdir(path.dirname(stale), { recursive: true });
    await writeFile(stale, '');
    await prepare(folder.path, VALID);
    await assert.rejects(readFile(stale), { code: 'ENOENT' });
  });
});
