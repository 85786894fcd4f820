import type { Condition, Matched, Principals, Statement } from './statement.ts';

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

/** Thrown and caught inside the reading of one document; the message says where and what. */
class Malformed extends Error {}

/** A JSON object whose members nobody has looked at yet. */
type Named = ReadonlyMap<string, unknown>;

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
  const listed = document.get('Statement');
  if (listed === undefined) throw new Malformed('it has no Statement');
  return listOf(listed);
}

const ELEMENTS = 'Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition'.split(' ');

function statement(raw: unknown, at: number, partition: string): Statement {
  const named = mapping(raw, `statement ${at + 1}`);
  const said = named.get('Sid');
  const sid = typeof said === 'string' && said !== '' ? said : undefined;
  const where = sid === undefined ? `statement ${at + 1}` : `statement ${at + 1} (Sid ${sid})`;
  refuseMisspelt(named, ELEMENTS, where);
  return {
    ...(sid === undefined ? {} : { sid }),
    effect: effect(named.get('Effect'), where),
    principals: principals(named, where, partition),
    actions: matched('Action', named, where),
    resources: matched('Resource', named, where),
    conditions: conditions(named.get('Condition'), where),
  };
}

/** An element, or its opposite with Not before its name. */
function elementOf(name: string, named: Named, where: string): { value: unknown; not: boolean; where: string } {
  const not = named.has(`Not${name}`);
  if (not && named.has(name)) throw new Malformed(`${where} has both ${name} and Not${name}`);
  const found = not ? `Not${name}` : name;
  return { value: named.get(found), not, where: `${where}, ${found}` };
}

function effect(value: unknown, where: string): Statement['effect'] {
  if (value === 'Allow' || value === 'Deny') return value;
  throw new Malformed(`${where} has no Effect of Allow or Deny`);
}

/**
 * KMS accepts a key policy statement without Action or Resource, and it then has no effect (KMS API PutKeyPolicy); S3 accepts none
 * such. So a missing element matches nothing.
 */
function matched(element: string, named: Named, at: string): Matched {
  const { value, not, where } = elementOf(element, named, at);
  return { patterns: value === undefined ? [] : strings(value, where), not };
}

function conditions(value: unknown, where: string): Condition[] {
  if (value === undefined) return [];
  return [...mapping(value, `${where}, Condition`)].flatMap(([operator, tests]) =>
    [...mapping(tests, `${where}, Condition ${operator}`)].map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: strings(listOf(values).map(scalar), `${where}, Condition ${operator} ${key}`),
    })),
  );
}

const KINDS = ['AWS', 'Service', 'CanonicalUser', 'Federated'];

/** Principal or NotPrincipal of one statement, in every form that IAM takes. */
function principals(statement: Named, at: string, partition: string): Principals {
  const { value, not, where } = elementOf('Principal', statement, at);
  if (value === undefined) throw new Malformed(`${at} has neither Principal nor NotPrincipal`);
  const named = mapping(value === '*' ? { AWS: '*' } : value, where, 'neither "*" nor a JSON object');
  const unknown = [...named.keys()].find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) throw new Malformed(`${where} is of the unknown kind ${unknown}`);
  if (named.size === 0) throw new Malformed(`${where} names nobody`);
  const [aws = [], services = [], canonicalUsers = [], federated = []] = KINDS.map((kind) =>
    named.has(kind) ? strings(named.get(kind), `${where} ${kind}`) : [],
  );
  const arns = aws.filter((one) => one !== '*').map((one) => principalArn(one, where, partition));
  return { not, everyone: aws.includes('*'), aws: arns, services, canonicalUsers, federated };
}

const UNIQUE_ID = /^A[A-Z0-9]{15,127}$/;

/** An ARN, an account id, or the unique id that IAM leaves where a user or role was deleted (IAM User Guide, principal element). */
function principalArn(text: string, where: string, partition: string): string {
  if (/^\d{12}$/.test(text)) return `arn:${partition}:iam::${text}:root`;
  if (text.startsWith('arn:') || UNIQUE_ID.test(text)) return text;
  throw new Malformed(`${where} AWS holds ${text.slice(0, 80)}, which is no ARN, no account id and no unique id`);
}

/** A string or a list of strings, as IAM lets one stand for the other. */
function strings(value: unknown, where: string): string[] {
  return listOf(value).map((entry) => {
    if (typeof entry === 'string') return entry;
    throw new Malformed(`${where} holds something that is not a string`);
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Condition values may be booleans and numbers; IAM compares their text. */
function scalar(value: unknown): unknown {
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
}

function mapping(value: unknown, where: string, isWhat = 'not a JSON object'): Named {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value));
  throw new Malformed(`${where} is ${isWhat}`);
}

/** An element that differs only in case would be passed over as unknown, and with it, for example, a whole Condition. */
function refuseMisspelt(named: Named, elements: readonly string[], where: string): void {
  for (const key of named.keys()) {
    const meant = elements.find((element) => element.toLowerCase() === key.toLowerCase());
    if (meant !== undefined && meant !== key) throw new Malformed(`${where} has ${key} where ${meant} is meant`);
  }
}
