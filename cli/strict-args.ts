import { type ArgsDef, defineCittyPlugin } from 'citty';
import { REGION } from '../src/policy/document/document-standard.ts';
import { regionMeant } from '../src/policy/document/known-regions.ts';
import { UsageError } from './usage-error.ts';

/** For the `plugins` of a command without subcommands: citty lets unknown options, surplus arguments and any account or Region pass, we do not. */
export const strictArgs = defineCittyPlugin({
  name: 'strict-args',
  async setup({ cmd, args, rawArgs }) {
    const defined: ArgsDef = (await (cmd.args instanceof Function ? cmd.args() : cmd.args)) ?? {};
    const names = Object.keys(defined);
    const options = names.filter((name) => defined[name]?.type !== 'positional');
    const known = new Set(['_', ...names, ...names.map(camelCased)]);
    const unknown = Object.keys(args).find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new UsageError(`expected one of ${options.map((name) => `--${name}`).join(', ')}, found --${unknown}`);
    }
    const twice = options.find((name) => args[name] !== undefined && timesSaid(name, rawArgs) > 1);
    if (twice !== undefined)
      throw new UsageError(
        `expected --${twice} once${isList(defined[twice]) ? ', with commas between its values' : ''}, found it twice`,
      );
    const empty = options.find((name) => args[name] === '');
    if (empty !== undefined) throw new UsageError(`expected a value after --${empty}, found nothing`);
    const parts = (name: string) => partsOf(args[name], defined[name]);
    const gap = options.find((name) => parts(name).includes(''));
    if (gap !== undefined) throw new UsageError(`expected a value between the commas after --${gap}, found nothing`);
    const odd = parts('account').find((account) => !/^\d{12}$/.test(account));
    if (odd !== undefined) throw new UsageError(`expected an account id of 12 digits after --account, found ${odd}`);
    for (const name of ['region', 'hub-region']) for (const region of parts(name)) checkRegion(name, region);
    const surplus = args._[names.length - options.length];
    if (surplus !== undefined) throw new UsageError(`expected no further argument, found ${surplus}`);
  },
});

/** citty takes the last one of them. */
function timesSaid(name: string, rawArgs: readonly string[]): number {
  const said = [`--${name}`, `--${camelCased(name)}`];
  return rawArgs.filter((arg) => said.includes(arg.split('=')[0] ?? '')).length;
}

function partsOf(value: unknown, definition: ArgsDef[string] | undefined): string[] {
  if (typeof value !== 'string') return [];
  return (isList(definition) ? valuesOf(value) : undefined) ?? [value];
}

/** What an option says that takes several values; undefined where it was not given. */
export function valuesOf(value: string | undefined): string[] | undefined {
  return value?.split(',').map((each) => each.trim());
}

/** The hint of an option that takes several values ends with a comma and dots. */
function isList(definition: ArgsDef[string] | undefined): boolean {
  return definition !== undefined && 'valueHint' in definition && definition.valueHint?.endsWith(',...') === true;
}

/** A Region that this version does not know may be a new one. */
function checkRegion(name: string, region: string): void {
  if (!REGION.test(region)) throw new UsageError(`expected a Region after --${name} (eu-west-1), found ${region}`);
  const meant = regionMeant(region);
  if (meant !== undefined) console.error(`--${name} ${region} is no Region that this version knows${meant}`);
}

/** citty gives `--batch-role` as batchRole as well. */
function camelCased(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
