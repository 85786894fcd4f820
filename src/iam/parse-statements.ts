import { parsePrincipals } from './parse-principals.ts';
import type { Condition, Matched, Statement } from './statement.ts';
import { Malformed, type Named, strings } from './policy-value.ts';

/** The statements of a document, or where it stopped making sense. Never an empty list for a text that was not understood. */
export type ParsedStatements = { kind: 'read'; statements: Statement[] } | { kind: 'malformed'; why: string };

/**
 * Reads the text of a bucket, key or access point policy (IAM JSON policy language) with every legal spelling evened out. `partition`,
 * for example aws-cn, completes principals that are bare account ids. Unknown elements are tolerated; anything else that is not understood is malformed.
 */
export function parseStatements(text: string, partition: string): ParsedStatements {
  try {
    return { kind: 'read', statements: statementsOf(parseJson(text)).map((raw, at) => statement(raw, at, partition)) };
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', why: error.message };
    throw error;
  }
}

function parseJson(text: string): Named {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Malformed('it is not JSON', { cause: error });
    throw error;
  }
  return mapping(value, 'the document');
}

function statementsOf(document: Named): unknown[] {
  refuseMisspelt(document, ['Statement'], 'the document');
  const listed = document['Statement'];
  if (listed === undefined) throw new Malformed('it has no Statement');
  return Array.isArray(listed) ? listed : [listed];
}

const ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

function statement(raw: unknown, at: number, partition: string): Statement {
  const named = mapping(raw, `statement ${at + 1}`);
  const where = placeOf(named, at);
  refuseMisspelt(named, ELEMENTS, where);
  const sid = named['Sid'];
  return {
    ...(typeof sid === 'string' && sid !== '' ? { sid } : {}),
    effect: effect(named['Effect'], where),
    principals: parsePrincipals(named, { where, partition }),
    actions: matched(named, 'Action', where),
    resources: matched(named, 'Resource', where),
    conditions: conditions(named['Condition'], where),
  };
}

function placeOf(named: Named, at: number): string {
  const sid = named['Sid'];
  return typeof sid === 'string' && sid !== '' ? `statement ${at + 1} (Sid ${sid})` : `statement ${at + 1}`;
}

function effect(value: unknown, where: string): Statement['effect'] {
  if (value === 'Allow' || value === 'Deny') return value;
  throw new Malformed(`${where} has no Effect of Allow or Deny`);
}

/**
 * KMS accepts a key policy statement without Action or Resource, and it then has no effect (KMS API PutKeyPolicy); S3 accepts none
 * such. So a missing element matches nothing.
 */
function matched(named: Named, element: 'Action' | 'Resource', where: string): Matched {
  const yes = named[element];
  const not = named[`Not${element}`];
  if (yes !== undefined && not !== undefined) throw new Malformed(`${where} has both ${element} and Not${element}`);
  if (not !== undefined) return { patterns: strings(not, `${where}, Not${element}`), not: true };
  return { patterns: yes === undefined ? [] : strings(yes, `${where}, ${element}`), not: false };
}

function conditions(value: unknown, where: string): Condition[] {
  if (value === undefined) return [];
  return Object.entries(mapping(value, `${where}, Condition`)).flatMap(([operator, tests]) =>
    Object.entries(mapping(tests, `${where}, Condition ${operator}`)).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: strings(scalars(values), `${where}, Condition ${operator} ${key}`),
    })),
  );
}

/** Condition values may be booleans and numbers; IAM compares their text. */
function scalars(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scalar);
  return scalar(value);
}

function scalar(value: unknown): unknown {
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
}

function mapping(value: unknown, where: string): Named {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Malformed(`${where} is not a JSON object`);
}

/** An element that differs only in case would be passed over as unknown, and with it, for example, a whole Condition. */
function refuseMisspelt(named: Named, elements: readonly string[], where: string): void {
  for (const key of Object.keys(named)) {
    const meant = elements.find((element) => element.toLowerCase() === key.toLowerCase());
    if (meant !== undefined && meant !== key) throw new Malformed(`${where} has ${key} where ${meant} is meant`);
  }
}
