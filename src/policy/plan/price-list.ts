import * as z from 'zod/mini';
import { ResealError } from '../../errors.ts';
import { type Problem, problemLine, problemsOf } from '../../problem.ts';
import { described, sentence, strictMapping, usDollars } from '../document/document-words.ts';
import { REGION } from '../document/document-standard.ts';
import ours from './prices.json' with { type: 'json' };

/** The storage classes that a copy can keep. */
export const COPYABLE = ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'] as const;
export type Copyable = (typeof COPYABLE)[number];

function byClass(description: string) {
  const shape = Object.fromEntries(COPYABLE.map((name) => [name, usDollars])) as Record<Copyable, typeof usDollars>;
  return strictMapping(shape, `a mapping of ${COPYABLE.join(', ')}`, description);
}

const restored = (tier: string) =>
  strictMapping(
    { thousandRestores: usDollars, gbRestored: usDollars },
    'a mapping with thousandRestores and gbRestored',
    `A thousand restores by ${tier}, and a gigabyte.`,
  );
const archived = strictMapping(
  { thousandRequests: usDollars, gbMonth: usDollars, Bulk: restored('Bulk'), Standard: restored('Standard') },
  'a mapping with thousandRequests, gbMonth, Bulk and Standard',
  'An archive class: what a restore costs, and what it costs to write there and to keep.',
);
/** What only the copies of our own function are charged for. */
const ownCopies = strictMapping(
  {
    thousandReads: byClass('A thousand GET or HEAD requests.'),
    gbDoublyEncrypted: described(usDollars, 'A gigabyte that is encrypted by DSSE-KMS.'),
    archived: strictMapping({ GLACIER: archived, DEEP_ARCHIVE: archived }, 'a mapping with GLACIER and DEEP_ARCHIVE'),
  },
  'a mapping with thousandReads, gbDoublyEncrypted and archived',
  'Without it the prices of us-east-1 stand for it.',
);
const MEMBERS = {
  asOf: described(sentence('when the prices were looked up, as people read it (November 2026)'), 'When.'),
  source: described(sentence('where the prices come from'), 'Where from.'),
  job: described(usDollars, 'One S3 Batch Operations job.'),
  millionObjectsProcessed: described(usDollars, 'A million objects that go through jobs.'),
  millionObjectsListed: described(usDollars, 'A million objects of the bucket, for each manifest that S3 generates.'),
  tenThousandKmsRequests: described(usDollars, 'Ten thousand requests to KMS.'),
  thousandRequests: byClass(
    'A thousand PUT, COPY, POST or LIST requests. UpdateObjectEncryption costs that of STANDARD.',
  ),
  gbRetrieved: byClass('A gigabyte that is read.'),
  gbMonth: byClass('A gigabyte that is kept for a month.'),
  ownCopies: z.exactOptional(ownCopies),
};
const priceList = strictMapping(MEMBERS, `a mapping with ${Object.keys(MEMBERS).join(', ')}`);
const priceFile = z.record(z.string().check(z.regex(REGION, { error: 'a Region, for example eu-west-1' })), priceList, {
  error: ({ code }) => (code === 'invalid_key' ? 'a Region, for example eu-west-1' : 'a mapping of Regions'),
});

/** List prices of one Region in US dollars. An estimate rests on them, and never a bill. */
export type PriceList = z.output<typeof priceList> & {
  ownCopies: z.output<typeof ownCopies>;
  /** Whose prices these are: another Region's where nobody gave those of the bucket's own. */
  region: string;
};

/** List prices by Region, as a file of the user's has them. */
export type PriceFile = z.output<typeof priceFile>;

const FALLBACK = 'us-east-1';

/** The prices in a Region: the user's, else ours. Where neither has any, those of us-east-1 stand for them. */
export function pricesIn(region: string, own: PriceFile = {}): PriceList {
  const known = new Map<string, PriceFile[string]>(Object.entries({ ...ours, ...own }));
  const of = known.has(region) ? region : FALLBACK;
  const list = known.get(of) ?? ours[FALLBACK];
  return { ...list, ownCopies: list.ownCopies ?? ours[FALLBACK].ownCopies, region: of };
}

/** What a storage class is charged for. */
export interface ClassPrices {
  thousandRequests: number;
  thousandReads: number;
  gbRetrieved: number;
  gbMonth: number;
}

/** Prices of any storage class: REDUCED_REDUNDANCY is charged as STANDARD here, and an archive is read only after a restore, which is charged apart. */
export function classPrices(storageClass: string, { ownCopies, ...prices }: PriceList): ClassPrices {
  const [, archive] = Object.entries(ownCopies.archived).find(([name]) => name === storageClass) ?? [];
  const name = COPYABLE.find((each) => each === storageClass) ?? 'STANDARD';
  return {
    thousandRequests: archive?.thousandRequests ?? prices.thousandRequests[name],
    thousandReads: ownCopies.thousandReads[name],
    gbRetrieved: archive === undefined ? prices.gbRetrieved[name] : 0,
    gbMonth: archive?.gbMonth ?? prices.gbMonth[name],
  };
}

/** Which prices an estimate rests on, as a sentence. */
export function pricesNamed({ asOf, region }: PriceList, asked: string): string {
  const differ = region === asked ? '' : '; prices differ by Region';
  return `US dollars at the list prices of ${region}, ${asOf}${differ}.`;
}

/** What the whole file is called in errors. */
export const PRICES = 'the file of prices';

/** Checks a file of prices that was read as JSON. Throws `invalid-prices` with one line for each problem, as `linesOf` has them. */
export function parsePrices(
  json: unknown,
  file: string,
  linesOf = (problems: Problem[]) => problems.map((problem) => `${file}: ${problemLine(problem, PRICES)}`),
): PriceFile {
  const parsed = priceFile.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ResealError('invalid-prices', linesOf(problemsOf(parsed.error, json)).join('\n'));
}
