import { z } from 'zod';
import { AwsError } from '../errors.ts';
import type { Organization } from '../organizations/organization.ts';
import type { WireRequest, WireResponse } from '../service.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

/** What a request may do: the methods of the organization that people play in the console. */
const DEEDS = [
  'found',
  'createUnit',
  'createAccount',
  'inviteAccount',
  'moveAccount',
  'removeAccount',
  'setState',
  'attachPolicy',
  'detachPolicies',
  'setRegion',
  'registerDelegate',
] as const satisfies readonly (keyof Organization)[];

const wanted = z.strictObject({ do: z.enum(DEEDS), with: z.array(z.unknown()).default([]) });

/** `POST /_local/organization`: one deed with its arguments, for example `{"do":"createAccount","with":["333333333333"]}`; answers what GET answers. */
export function changeOrganization(request: WireRequest, organization: Organization): WireResponse {
  const read = readBody(request, wanted);
  if ('refused' in read) return read.refused;
  try {
    // The arguments are those of the method; what is wrong with them it says itself.
    const method = organization[read.value.do] as (...given: unknown[]) => unknown;
    const result = method.apply(organization, read.value.with);
    return showOrganization(organization, result === undefined ? {} : { result });
  } catch (error) {
    if (error instanceof AwsError) return json(400, { error: `${error.code}: ${error.message}` });
    throw error;
  }
}

/** `GET /_local/organization`: its ids, and its accounts with their state and path. */
export function showOrganization(organization: Organization, more: object = {}): WireResponse {
  const { id, root, managementId } = organization;
  const accounts = organization.accounts.map((account) => ({
    id: account.id,
    state: account.state,
    path: organization.pathOf(account.id),
  }));
  return json(200, { id, root: root.id, managementAccount: managementId ?? null, accounts, ...more });
}
