import type { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';
import { bodySchema, requiredMembers } from './model.ts';

/** Where one member of an input or output travels. */
export interface Binding {
  readonly member: string;
  readonly schema: NormalizedSchema;
  /** Header, prefix or query name; for headers in lower case. */
  readonly name: string;
}

/** The members of one structure by their place in the HTTP message, read once from the model's http traits. */
export interface Bindings {
  readonly schema: NormalizedSchema;
  readonly labels: readonly Binding[];
  readonly headers: readonly Binding[];
  readonly prefixHeaders: readonly Binding[];
  readonly query: readonly Binding[];
  readonly payload: Binding | undefined;
  readonly status: Binding | undefined;
  /** The members that are in the body; undefined where there are none. */
  readonly body: StaticStructureSchema | undefined;
  readonly required: readonly string[];
}

export function readBindings(schema: NormalizedSchema): Bindings {
  const members = schema.isStructSchema() ? [...schema.structIterator()] : [];
  const all = members.map(([member, memberSchema]) => placeOf(member, memberSchema));
  const at = (place: Place): Binding[] => all.filter((one) => one.place === place).map((one) => one.binding);
  const inBody = at('body').map((binding) => binding.member);
  return {
    schema,
    labels: at('label'),
    headers: at('header'),
    prefixHeaders: at('prefix'),
    query: at('query'),
    payload: at('payload')[0],
    status: at('status')[0],
    body: inBody.length > 0 ? bodySchema(schema.getName() ?? 'Body', schema, inBody) : undefined,
    required: requiredMembers(schema),
  };
}

type Place = 'label' | 'header' | 'prefix' | 'query' | 'payload' | 'status' | 'body';

function placeOf(member: string, schema: NormalizedSchema): { place: Place; binding: Binding } {
  const traits: Readonly<Record<string, unknown>> = { ...schema.getMergedTraits() };
  const bound = (place: Place, name: unknown): { place: Place; binding: Binding } => ({
    place,
    binding: { member, schema, name: typeof name === 'string' ? name : member },
  });
  if (traits['httpLabel']) return bound('label', member);
  if (typeof traits['httpHeader'] === 'string') return bound('header', traits['httpHeader'].toLowerCase());
  if (typeof traits['httpPrefixHeaders'] === 'string')
    return bound('prefix', traits['httpPrefixHeaders'].toLowerCase());
  if (typeof traits['httpQuery'] === 'string') return bound('query', traits['httpQuery']);
  if (traits['httpPayload']) return bound('payload', member);
  if (traits['httpResponseCode']) return bound('status', member);
  return bound('body', member);
}
