import { invalidArgument } from './s3-error.ts';

const LARGEST_PAGE = 1000;

/** One page of rows and rolled-up prefixes, in key order. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly prefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last item or prefix of the page; undefined where it is empty. */
  readonly last: { readonly key: string; readonly item?: Item } | undefined;
}

export interface PageRequest<Item> {
  /** In key order; several may share a key (versions). */
  readonly rows: Iterable<Item>;
  readonly keyOf: (item: Item) => string;
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** A rolled-up prefix that an earlier page has told already. */
  readonly toldPrefix: string | undefined;
  readonly size: number;
}

/** Rolls keys up to the first delimiter behind the prefix, one entry per group, and stops at `size` entries. */
export function pageOf<Item>({ rows, keyOf, prefix, delimiter, toldPrefix, size }: PageRequest<Item>): Page<Item> {
  const items: Item[] = [];
  const prefixes: string[] = [];
  let last: Page<Item>['last'];
  for (const item of rows) {
    const key = keyOf(item);
    if (!key.startsWith(prefix)) break;
    const group = groupOf(key, prefix, delimiter);
    if (group !== undefined && (group === prefixes.at(-1) || group === toldPrefix)) continue;
    if (items.length + prefixes.length >= size) return { items, prefixes, isTruncated: size > 0, last };
    if (group === undefined) items.push(item);
    else prefixes.push(group);
    last = group === undefined ? { key, item } : { key: group };
  }
  return { items, prefixes, isTruncated: false, last };
}

/** MaxKeys and its kin: default and upper limit 1,000. */
export function pageSize(asked: number | undefined, name: string): number {
  if (asked !== undefined && asked < 0)
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, String(asked));
  return Math.min(asked ?? LARGEST_PAGE, LARGEST_PAGE);
}

/** encoding-type=url: percent-encoding with plus for space, slashes left as they are. */
export function keyEncoder(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined) return (key) => key;
  if (encodingType !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  return (key) =>
    encodeURIComponent(key)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, percent);
}

function groupOf(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
