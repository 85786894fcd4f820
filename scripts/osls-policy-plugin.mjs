// An osls plugin, and plain JavaScript on purpose: osls loads it on whatever Node runs it, and it says what to do where that is too old.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const COMPILED = '.reseal/policy.json';
const ACCOUNTS = '.reseal/accounts.json';
const PRICES = '.reseal/prices.json';

/** Compiles the policy document, the list of accounts and the list prices into the package before the functions are bundled; what is invalid stops the packaging. */
export default class PolicyPlugin {
  #serverless;

  constructor(serverless) {
    this.#serverless = serverless;
    const prepare = () => this.#prepare();
    this.hooks = {
      'before:package:createDeploymentArtifacts': prepare,
      'before:deploy:function:packageFunction': prepare,
    };
  }

  async #prepare() {
    const root = this.#serverless.serviceDir;
    const { policyFile, accountsFile, pricesFile } = this.#serverless.service.custom;
    const json = await this.#compilePolicy(path.resolve(root, policyFile));
    const accounts = await this.#readAccounts(path.resolve(root, accountsFile));
    const prices = await this.#readPrices(pricesFile, root);
    // What an earlier packaging left there would be put into the zips.
    await rm(path.join(root, '.esbuild'), { recursive: true, force: true });
    await mkdir(path.join(root, path.dirname(COMPILED)), { recursive: true });
    await writeFile(path.join(root, COMPILED), json);
    await writeFile(path.join(root, ACCOUNTS), JSON.stringify(accounts));
    await writeFile(path.join(root, PRICES), JSON.stringify(prices));
  }

  /** One account id a line; what follows a # is for people. */
  async #readAccounts(file) {
    const lines = (
      await readFile(file, 'utf8').catch((cause) => {
        throw this.#stop(
          `The accounts cannot be packaged. ${file} cannot be read: name the file with RESEAL_ACCOUNTS.`,
          cause,
        );
      })
    ).split('\n');
    const ids = lines.map((line) => line.replace(/#.*/, '').trim());
    const odd = ids.findIndex((id) => !/^(\d{12})?$/.test(id));
    if (odd === -1) return ids.filter((id) => id !== '');
    throw this.#stop(
      `The accounts cannot be packaged. ${file}:${odd + 1}: expected an account id of 12 digits, found ${JSON.stringify(ids[odd])}.`,
    );
  }

  /** Without a file the prices are our own. */
  async #readPrices(file = '', root) {
    if (file === '') return {};
    try {
      const { readPriceFile } = await import('../cli/price-file.ts');
      return readPriceFile(path.resolve(root, file));
    } catch (cause) {
      throw this.#stop(`The list prices cannot be packaged. RESEAL_PRICES names the file.\n${cause.message}`, cause);
    }
  }

  async #compilePolicy(file) {
    if (Number(process.versions.node.split('.')[0]) < 24) {
      throw this.#stop(
        `Reseal is packaged on Node.js 24 or newer; osls runs on ${process.version} (${process.execPath}).\n` +
          'Run it through npm, which uses the Node.js that `npm ci` installed into node_modules:\n' +
          '  npm run package        (or: npx osls package, npx osls deploy)',
      );
    }
    try {
      const { compilePolicyFile } = await import('../cli/policy-file.ts');
      return compilePolicyFile(file).json;
    } catch (cause) {
      throw this.#stop(`The policy cannot be packaged. ${cause.message}`, cause);
    }
  }

  /** osls prints the message of its own error class without a stack. */
  #stop(message, cause) {
    return Object.assign(new this.#serverless.classes.Error(message, 'RESEAL_POLICY'), { cause });
  }
}
