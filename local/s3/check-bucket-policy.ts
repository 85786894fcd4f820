import { entryOf } from '../entry-of.ts';
import { AwsError } from '../errors.ts';
import { checkConditionKeys, conditionKeysOf } from '../identity/check-policy.ts';
import type { KeyVocabulary } from '../identity/condition-keys.ts';
import { isOperator } from '../identity/condition.ts';
import { listOf } from '../identity/document.ts';
import { compilePrincipal } from '../identity/principal.ts';
import { type Action, ACTIONS_OF_KEYS, type Level, type PolicyVocabulary } from './policy-vocabulary.ts';
import { isServicePrincipal } from './service-principals.ts';

type Statement = Readonly<Record<string, unknown>>;

/** What has the policy: how it speaks, and what a resource of it can be; nothing where that is something else. */
export interface PolicyHolder {
  readonly vocabulary: PolicyVocabulary;
  readonly levelsOf: (resource: string) => readonly Level[];
}

/**
 * One statement of the policy of a bucket or an access point, as S3 checks it when it is put. Throws MalformedPolicy in S3's words, which
 * users and tools report; the API's page lists none of them.
 */
export function checkBucketStatement(statement: Statement, holder: PolicyHolder): void {
  checkFields(statement);
  checkPrincipal(statement);
  const { actionsOf, keys } = holder.vocabulary;
  const actions = textsOf(statement, 'Action');
  const unknown = actions.find((pattern) => actionsOf(pattern).length === 0);
  if (unknown !== undefined) throw malformedPolicy('Policy has invalid action', unknown);
  const resources = textsOf(statement, 'Resource');
  const foreign = resources.find((resource) => holder.levelsOf(resource).length === 0);
  if (foreign !== undefined) throw malformedPolicy('Policy has invalid resource', foreign);
  checkCondition(statement, keys);
  if (statement['Action'] === undefined) return;
  const levels = statement['Resource'] === undefined ? undefined : new Set(resources.flatMap(holder.levelsOf));
  for (const pattern of actions) checkCombination(statement, actionsOf(pattern), levels);
}

/** The document around the statements. Throws MalformedPolicy as above. */
export function checkBucketDocument(document: unknown): void {
  const { Version: version, Id: _, Statement: statements, ...others }: Statement = Object(document);
  checkUnknown(others);
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
    throw malformedPolicy('The policy must contain a valid version string');
  if (statements === undefined) throw malformedPolicy('Missing required field Statement');
  if (isEmptyList(statements)) throw malformedPolicy('Could not parse the policy: Statement is empty!');
}

const REQUIRED = ['Principal', 'Effect', 'Action', 'Resource'];
const FIELDS = ['Sid', 'Condition', ...REQUIRED, 'NotPrincipal', 'NotAction', 'NotResource'];

function checkFields(statement: Statement): void {
  checkUnknown(Object.fromEntries(Object.entries(statement).filter(([name]) => !FIELDS.includes(name))));
  for (const name of REQUIRED) {
    const given = statement[name] ?? statement[`Not${name}`];
    if (given === undefined) throw malformedPolicy(`Missing required field ${name}`);
    if (isEmptyList(given)) throw malformedPolicy(`Missing required field ${name} cannot be empty!`);
  }
}

function checkUnknown(fields: Statement): void {
  const [unknown] = Object.keys(fields);
  if (unknown !== undefined) throw malformedPolicy(`Unknown field ${unknown}`);
}

function isEmptyList(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Throws where the Action and the Resource, or the Condition, of one statement never meet. */
function checkCombination(
  statement: Statement,
  named: readonly Action[],
  levels: ReadonlySet<Level> | undefined,
): void {
  const actions = named.filter(({ level }) => levels === undefined || levels.has(level));
  if (actions.length === 0) throw malformedPolicy('Action does not apply to any resource(s) in statement');
  for (const key of conditionKeysOf(statement)) {
    const having = entryOf(ACTIONS_OF_KEYS, key.toLowerCase());
    if (having !== undefined && !actions.some(({ name }) => having.includes(name)))
      throw malformedPolicy('Conditions do not apply to combination of actions and resources in statement');
  }
}

function checkPrincipal(statement: Statement): void {
  const invalid = (detail: string): AwsError => malformedPolicy('Invalid principal in policy', detail);
  const named = statement['Principal'] ?? statement['NotPrincipal'];
  try {
    compilePrincipal(statement);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'MalformedPolicyDocument') throw invalid(JSON.stringify(named));
    throw error;
  }
  const services = typeof named === 'object' && named !== null && 'Service' in named ? listOf(named.Service) : [];
  const nobody = services.find((name) => !isServicePrincipal(name));
  if (nobody !== undefined) throw invalid(`"Service" : "${nobody}"`);
}

function checkCondition(statement: Statement, vocabulary: KeyVocabulary): void {
  const nowhere = Object.keys(statement['Condition'] ?? {}).find((operator) => !isOperator(operator));
  if (nowhere !== undefined) throw malformedPolicy(`Invalid Condition type : ${nowhere}`);
  checkConditionKeys({ Statement: statement }, vocabulary, (key) =>
    malformedPolicy('Policy has an invalid condition key', key),
  );
}

function textsOf(statement: Statement, name: 'Action' | 'Resource'): readonly string[] {
  return listOf(statement[name] ?? statement[`Not${name}`]);
}

export function malformedPolicy(message: string, detail?: string): AwsError {
  return new AwsError('MalformedPolicy', message, 400, detail === undefined ? {} : { fields: { Detail: detail } });
}
