import { readFileSync } from 'node:fs';
import { parsePrices, type PriceList, pricesIn } from '../src/policy/plan/price-list.ts';
import { readOptional } from '../src/runtime/config.ts';
import { ResealError } from '../src/errors.ts';

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

/** Throws ResealError invalid-prices with everything that is wrong with the file. */
export function readPriceFile(file: string) {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read';
    throw new ResealError(
      'invalid-prices',
      `${file}: expected a file of prices in JSON by Region, found that ${why}.`,
      {
        cause,
      },
    );
  }
  return parsePrices(json, file);
}
