import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { decode } from './address.ts';
import { readBindings } from './bindings.ts';
import { traitsOf } from './model.ts';
import type { Received } from './request.ts';
import type { Routed } from './wire.ts';

/** The operations of a REST service, indexed by method and shape of the path, then by the query name that tells them apart. */
export interface RouteTable {
  match(request: Received): Routed | undefined;
}

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly segments: readonly Segment[];
  /** S3 keeps Bucket out of the model's path: it is the first segment or the host. */
  readonly inBucket: boolean;
  readonly literals: readonly (readonly [name: string, value: string])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'label' | 'greedy'; readonly member: string };

/** Routes of one path shape; those with a telling query name are found by that name. */
interface Shelf {
  readonly byQuery: Map<string, Route[]>;
  readonly plain: Route[];
}

export function createRouteTable(operations: Iterable<StaticOperationSchema>): RouteTable {
  const routes = [...operations].flatMap(readRoute).sort((a, b) => weight(b) - weight(a));
  if (routes.length === 0)
    throw new Error('no operation has an http trait: the SDK schemas changed, pin the version of package.json');
  const shelves = new Map<string, Shelf>();
  for (const route of routes) {
    const isGreedy = route.segments.some((segment) => segment.kind === 'greedy');
    const key = shelfKey(route.method, route.inBucket, isGreedy ? '+' : route.segments.length);
    const shelf = shelves.get(key) ?? { byQuery: new Map(), plain: [] };
    shelves.set(key, shelf);
    place(shelf, route);
  }
  const hasBuckets = routes.some((route) => route.inBucket);
  return {
    match: (request) => {
      const segments = request.path.split('/').slice(1);
      if (!hasBuckets) return matchRoot(shelves, request, segments);
      if (request.bucketFromHost !== undefined) return matchBucket(shelves, request, request.bucketFromHost, segments);
      const [first = '', ...inside] = segments;
      const found = first === '' ? undefined : matchBucket(shelves, request, decode(first), inside);
      return found ?? matchRoot(shelves, request, segments);
    },
  };
}

type Shelves = ReadonlyMap<string, Shelf>;

function matchBucket(
  shelves: Shelves,
  request: Received,
  bucket: string,
  inside: readonly string[],
): Routed | undefined {
  const isBucketItself = inside.length === 0 || (inside.length === 1 && inside[0] === '');
  const shelf = shelves.get(shelfKey(request.method, true, isBucketItself ? 1 : '+'));
  const found = find(shelf, request, isBucketItself ? [''] : inside);
  return found && { operation: found.operation, labels: { Bucket: bucket, ...found.labels } };
}

function matchRoot(shelves: Shelves, request: Received, segments: readonly string[]): Routed | undefined {
  const exact = find(shelves.get(shelfKey(request.method, false, segments.length)), request, segments);
  return exact ?? find(shelves.get(shelfKey(request.method, false, '+')), request, segments);
}

function find(shelf: Shelf | undefined, request: Received, segments: readonly string[]): Routed | undefined {
  if (shelf === undefined) return undefined;
  const telling = [...request.query.keys()].flatMap((name) => shelf.byQuery.get(name) ?? []);
  if (telling.length > 1) telling.sort((a, b) => weight(b) - weight(a));
  for (const route of [...telling, ...shelf.plain]) {
    const labels = fits(route, request) ? bind(route.segments, segments) : undefined;
    if (labels !== undefined) return { operation: route.operation, labels };
  }
  return undefined;
}

function fits(route: Route, request: Received): boolean {
  return (
    route.literals.every(
      ([name, value]) => request.query.has(name) && (value === '' || request.query.get(name)?.[0] === value),
    ) &&
    route.requiredQuery.every((name) => request.query.has(name)) &&
    route.requiredHeaders.every((name) => request.headers[name] !== undefined)
  );
}

/** A greedy label takes what the segments behind it in the pattern leave. */
function bind(pattern: readonly Segment[], segments: readonly string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  let at = 0;
  for (const [index, part] of pattern.entries()) {
    const end = part.kind === 'greedy' ? segments.length - (pattern.length - index - 1) : at + 1;
    const text = segments.slice(at, end).join('/');
    if (end > segments.length || end <= at) return undefined;
    if (part.kind === 'literal' ? text !== part.text : text === '') return undefined;
    if (part.kind !== 'literal') labels[part.member] = decode(text);
    at = end;
  }
  return at === segments.length ? labels : undefined;
}

function readRoute(operation: StaticOperationSchema): Route[] {
  const http = traitsOf(operation)['http'];
  const [method, uri] = Array.isArray(http) ? http : [];
  if (typeof method !== 'string' || typeof uri !== 'string') return [];
  const [path = '/', query = ''] = uri.split('?');
  const input = readBindings(NormalizedSchema.of(operation[4]));
  const required = new Set(input.required);
  const literals = [...new URLSearchParams(query)].filter(([name]) => name !== 'x-id');
  return [
    {
      operation: operation[2],
      method,
      segments: path.split('/').slice(1).map(readSegment),
      inBucket: input.labels.some((label) => label.member === 'Bucket' && !path.includes('{Bucket}')),
      literals,
      requiredQuery: input.query.filter((one) => required.has(one.member)).map((one) => one.name),
      requiredHeaders: input.headers
        .filter((one) => required.has(one.member) && isTelling(one.name))
        .map((one) => one.name),
    },
  ];
}

/** A missing account id is an error to be named, not another operation. */
function isTelling(header: string): boolean {
  return header !== 'x-amz-account-id';
}

function readSegment(text: string): Segment {
  const member = /^\{(\w+)(\+?)\}$/.exec(text);
  if (member?.[1] === undefined) return { kind: 'literal', text };
  return { kind: member[2] === '+' ? 'greedy' : 'label', member: member[1] };
}

function place(shelf: Shelf, route: Route): void {
  const name = route.literals[0]?.[0] ?? route.requiredQuery[0];
  if (name === undefined) shelf.plain.push(route);
  else shelf.byQuery.set(name, [...(shelf.byQuery.get(name) ?? []), route]);
}

/** The more a route demands, the earlier it is tried; literal path segments break ties against labels. */
function weight(route: Route): number {
  const literalSegments = route.segments.filter((segment) => segment.kind === 'literal').length;
  return (
    100 * route.literals.length + 10 * (route.requiredQuery.length + route.requiredHeaders.length) + literalSegments
  );
}

function shelfKey(method: string, inBucket: boolean, shape: number | '+'): string {
  return `${method} ${inBucket ? 'bucket' : 'root'} ${shape}`;
}
