import type { Context } from '../../iam/conditions.ts';
import type { WriterGrant } from './writer.ts';

/**
 * The statement that a key policy lacks for a writer, as AWS documents it: JSON text, ready to paste. Undefined where nobody knows for which
 * accounts it writes, because a statement without them would let in the service for every account there is.
 */
export function statementForWriter(grant: WriterGrant, title: string): string | undefined {
  const condition = conditionOf(grant);
  if (condition === undefined && grant.limit !== 'none') return undefined;
  const statement = {
    Sid: sidOf(title),
    Effect: 'Allow',
    Principal: { Service: grant.who.name },
    Action: [...grant.documented],
    Resource: '*',
    ...(condition === undefined ? {} : { Condition: condition }),
  };
  return JSON.stringify(statement, undefined, 2);
}

/** By what AWS documents for the service; by the organization where the account is not known. */
function conditionOf({ limit, contexts }: WriterGrant): unknown {
  if (limit === 'none') return undefined;
  const accounts = valuesOf(contexts, 'aws:SourceAccount');
  if (accounts !== undefined) {
    const arns = limit === 'source-arn' ? valuesOf(contexts, 'aws:SourceArn') : undefined;
    return arns === undefined ? sources('aws:SourceAccount', accounts) : { ArnLike: { 'aws:SourceArn': arns } };
  }
  const organizations = valuesOf(contexts, 'aws:SourceOrgID');
  return organizations === undefined ? undefined : sources('aws:SourceOrgID', organizations);
}

/** What is known of a key in every context; undefined where one does not tell. */
function valuesOf(contexts: readonly Context[], key: string): string[] | undefined {
  const values = contexts.map((context) => context[key.toLowerCase()]);
  const known = values.filter((value) => typeof value === 'string');
  return known.length > 0 && known.length === values.length ? [...new Set(known)] : undefined;
}

function sources(key: string, values: readonly string[]): unknown {
  const isOpen = values.some((value) => value.includes('*'));
  return { [isOpen ? 'StringLike' : 'StringEquals']: { [key]: values } };
}

/** In letters and digits alone, which is what a Sid may hold. */
function sidOf(title: string): string {
  const words = title.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
