import { Malformed, type Named, strings } from './policy-value.ts';
import type { Principals } from './statement.ts';

/** Principal or NotPrincipal of one statement, in every form that IAM takes. Throws Malformed, naming the place. */
export function parsePrincipals(statement: Named, at: Place): Principals {
  const yes = statement['Principal'];
  const no = statement['NotPrincipal'];
  if (yes !== undefined && no !== undefined) throw new Malformed(`${at.where} has both Principal and NotPrincipal`);
  if (yes !== undefined) return { not: false, ...read(yes, { ...at, where: `${at.where}, Principal` }) };
  if (no !== undefined) return { not: true, ...read(no, { ...at, where: `${at.where}, NotPrincipal` }) };
  throw new Malformed(`${at.where} has neither Principal nor NotPrincipal`);
}

interface Place {
  where: string;
  partition: string;
}

type Read = Omit<Principals, 'not'>;

const KINDS = ['AWS', 'Service', 'CanonicalUser', 'Federated'];

function read(value: unknown, place: Place): Read {
  if (value === '*') return { everyone: true, aws: [], services: [], canonicalUsers: [], federated: [] };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed(`${place.where} is neither "*" nor a JSON object`);
  }
  const named: Named = { ...value };
  const kinds = Object.keys(named);
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) throw new Malformed(`${place.where} is of the unknown kind ${unknown}`);
  if (kinds.length === 0) throw new Malformed(`${place.where} names nobody`);
  const of = (kind: string): string[] =>
    named[kind] === undefined ? [] : strings(named[kind], `${place.where} ${kind}`);
  const aws = of('AWS');
  return {
    everyone: aws.includes('*'),
    aws: aws.filter((one) => one !== '*').map((one) => principalArn(one, place)),
    services: of('Service'),
    canonicalUsers: of('CanonicalUser'),
    federated: of('Federated'),
  };
}

const UNIQUE_ID = /^A[A-Z0-9]{15,127}$/;

/** An ARN, an account id, or the unique id that IAM leaves where a user or role was deleted (IAM User Guide, principal element). */
function principalArn(text: string, { where, partition }: Place): string {
  if (/^\d{12}$/.test(text)) return `arn:${partition}:iam::${text}:root`;
  if (text.startsWith('arn:') || UNIQUE_ID.test(text)) return text;
  throw new Malformed(`${where} AWS holds ${text.slice(0, 80)}, which is no ARN, no account id and no unique id`);
}
