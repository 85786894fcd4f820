import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** One option of a script, as node:util takes it, and what it is for. */
export interface Option {
  type: 'string' | 'boolean';
  default?: string | boolean | string[];
  multiple?: boolean;
  /** What stands after the option in its help, for example NUMBER. */
  value?: string;
  help: string;
}

export interface CommandLine<Options extends Record<string, Option>> {
  /** As a person types it, for example `npm start`. */
  name: string;
  does: string;
  options: Options;
  /** What may follow the options, where something may. */
  operands?: string;
}

/** The options and operands that were given. Throws node:util's error on anything unknown. */
export function readCommandLine<const Options extends Record<string, Option>>(
  command: CommandLine<Options>,
  args: string[] = process.argv.slice(2),
) {
  answerQuestions(command, args);
  for (const option of Object.keys(command.options)) {
    if (process.env[`npm_config_${option}`] !== undefined && !args.some((arg) => arg.startsWith(`--${option}`)))
      console.error(`npm took --${option} for itself; for Reseal it stands behind --: ${command.name} -- --${option}`);
  }
  const { values, positionals } = parseArgs({
    args,
    options: command.options,
    allowPositionals: command.operands !== undefined,
  });
  return { values, operands: positionals };
}

/** Answers --help and --version, and ends. */
export function answerQuestions(command: CommandLine<Record<string, Option>>, args = process.argv.slice(2)): void {
  if (args.includes('--help') || args.includes('-h')) end(helpOf(command));
  if (args.includes('--version')) end(versionLine());
}

function end(text: string): never {
  console.log(text);
  process.exit(0);
}

export function helpOf({ name, does, options, operands }: CommandLine<Record<string, Option>>): string {
  const own = Object.entries(options).map(([option, { value, help, default: byDefault }]) => [
    `--${option}${value === undefined ? '' : ` ${value}`}`,
    `${help}${byDefault === undefined || byDefault === false ? '' : ` (default ${[byDefault].flat().join(', ')})`}`,
  ]);
  const rows = [...own, ['--help, --version', 'this text, or the version, and nothing else']];
  const width = Math.max(...rows.map(([left = '']) => left.length));
  const after = [...(own.length > 0 ? ['[OPTIONS]'] : []), ...(operands === undefined ? [] : [operands])];
  return [
    `${[name, ...(after.length > 0 ? ['--', ...after] : [])].join(' ')}\n`,
    `${does}\n`,
    ...rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`),
  ].join('\n');
}

/** The versions of Reseal and of the Node.js that runs it. */
export function versionLine(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return `reseal ${version}, Node.js ${process.version}`;
}
