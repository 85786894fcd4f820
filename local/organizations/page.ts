import { AwsError } from '../errors.ts';

export interface Paged {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: { readonly NextToken?: string };
}

/** `at` says which item comes next, and whether the empty page before it was served. */
const TOKEN = /^page-(\d+)(-empty)?$/;

/**
 * One page. After each page that is not the last there is an empty one with a token: the Organizations API reference warns of them, and
 * whoever stops there misses accounts.
 */
export function pageOf<Item>(items: readonly Item[], { MaxResults: most = 20, NextToken: token }: Paged): Page<Item> {
  if (most < 1 || most > 20) throw invalid('You specified an invalid value for MaxResults: from 1 to 20');
  const read = token === undefined ? ['', '0', '-empty'] : TOKEN.exec(token);
  if (read === null) throw invalid('You specified an invalid NextToken');
  const from = Number(read[1]);
  if (read[2] === undefined) return { items: [], next: { NextToken: `page-${from}-empty` } };
  const to = from + most;
  return { items: items.slice(from, to), next: to < items.length ? { NextToken: `page-${to}` } : {} };
}

const invalid = (message: string): AwsError => new AwsError('InvalidInputException', message);
