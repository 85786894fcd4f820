import type { Identity, Role } from '../world.ts';

/** The names of the inline policies of roles, which identity/ does not need. */
export class InlinePolicies {
  readonly #identity: Pick<Identity, 'putRole'>;
  /** By the list of documents that the role has, so that a role that was put anew has its own. */
  readonly #names = new WeakMap<readonly unknown[], readonly string[]>();

  constructor(identity: Pick<Identity, 'putRole'>) {
    this.#identity = identity;
  }

  of({ policies }: Role): ReadonlyMap<string, unknown> {
    const names = this.#names.get(policies) ?? [];
    return new Map(policies.map((document, index) => [names[index] ?? `policy-${index + 1}`, document]));
  }

  set(role: Role, policies: ReadonlyMap<string, unknown>): void {
    const documents = [...policies.values()];
    this.#identity.putRole({ ...role, policies: documents });
    this.#names.set(documents, [...policies.keys()]);
  }
}
