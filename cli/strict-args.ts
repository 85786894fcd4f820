import { type ArgsDef, defineCittyPlugin } from 'citty';
import { UsageError } from './usage-error.ts';

/** For the `plugins` of a command without subcommands: citty lets unknown options and surplus arguments pass, we do not. */
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
    const surplus = args._[names.length - options.length];
    if (surplus !== undefined) throw new UsageError(`expected no further argument, found ${surplus}`);
  },
});

/** citty gives `--batch-role` as batchRole as well. */
function camelCased(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
