// An osls plugin, and plain JavaScript on purpose: osls loads it on whatever Node runs it, and it says what to do where that is too old.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const COMPILED = '.reseal/policy.json';

/** Compiles the policy document into the package before the functions are bundled; an invalid policy stops the packaging. */
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
    const json = await this.#compilePolicy(path.resolve(root, this.#serverless.service.custom.policyFile));
    // What an earlier packaging left there would be put into the zips.
    await rm(path.join(root, '.esbuild'), { recursive: true, force: true });
    await mkdir(path.join(root, path.dirname(COMPILED)), { recursive: true });
    await writeFile(path.join(root, COMPILED), json);
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
