import { parsePrices, type PriceList, PRICES, pricesIn } from '../src/policy/plan/price-list.ts';
import { readOptional } from '../src/runtime/config.ts';
import { ResealError } from '../src/errors.ts';
import { readYamlFile } from './yaml/yaml-file.ts';

/** The option of every command that shows a price. */
export const pricesArg = {
  type: 'string',
  valueHint: 'file',
  description: 'List prices by Region, in JSON (docs/plan.md); RESEAL_PRICES names one too',
} as const;

/** Prices by Region: of the file that is named, by the option or by RESEAL_PRICES, else our own. Throws ResealError invalid-prices. */
export function pricesAsked(file = readOptional('RESEAL_PRICES') || undefined): (region: string) => PriceList {
  const own = file === undefined ? {} : readPriceFile(file);
  return (region) => pricesIn(region, own);
}

/** Reads it as a policy file is read, so that nothing stands in it twice. Throws ResealError invalid-prices with everything that is wrong with the file. */
export function readPriceFile(file: string) {
  const { content, faults, linesOf } = readYamlFile(file, PRICES);
  if (content === undefined) throw new ResealError('invalid-prices', linesOf('error', faults).join('\n'));
  return parsePrices(content.value, file, (problems) => linesOf('error', problems));
}
