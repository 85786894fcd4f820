import { type ArgsDef, defineCittyPlugin } from 'citty';
import { REGION } from '../src/policy/document/document-standard.ts';
import { regionMeant } from '../src/policy/document/known-regions.ts';
import { UsageError } from './usage-error.ts';

/** For the `plugins` of a command without subcommands: citty lets unknown options, surplus arguments and any account or Region pass, we do not. */
export const strictArgs = defineCittyPlugin({
  name: 'strict-args',
  async setup({ cmd, args }) {
    const defined: ArgsDef = (await (cmd.args instanceof Function ? cmd.args() : cmd.args)) ?? {};
    const names = Object.keys(defined);
    const options = names.filter((name) => defined[name]?.type !== 'positional');
    const known = new Set(['_', ...names, ...names.map(camelCased)]);
    const unknown = Object.keys(args).find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new UsageError(`expected one of ${options.map((name) => `--${name}`).join(', ')}, found --${unknown}`);
    }
    const empty = options.find((name) => args[name] === '');
    if (empty !== undefined) throw new UsageError(`expected a value after --${empty}, found nothing`);
    const { account, region } = args;
    if (typeof account === 'string' && !/^\d{12}$/.test(account))
      throw new UsageError(`expected an account id of 12 digits after --account, found ${account}`);
    checkRegion('region', region);
    checkRegion('hub-region', args['hub-region']);
    const surplus = args._[names.length - options.length];
    if (surplus !== undefined) throw new UsageError(`expected no further argument, found ${surplus}`);
  },
});

/** A Region that this version does not know may be a new one. */
function checkRegion(name: string, region: unknown): void {
  if (typeof region !== 'string') return;
  if (!REGION.test(region)) throw new UsageError(`expected a Region after --${name} (eu-west-1), found ${region}`);
  const meant = regionMeant(region);
  if (meant !== undefined) console.error(`--${name} ${region} is no Region that this version knows${meant}`);
}

/** citty gives `--batch-role` as batchRole as well. */
function camelCased(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
