import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  UpdateAliasRequest,
} from '@aws-sdk/client-kms';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Operation } from '../service.ts';
import { findKey } from './find-key.ts';
import type { KeyStore } from './key-store.ts';
import { page } from './page.ts';

/** Friendly names of keys in one account and Region (KMS API of the same names). */
export function createAliasOperations(store: KeyStore): Record<string, Operation> {
  return {
    CreateAlias: (input: CreateAliasRequest, call: Call) => {
      const name = checkedName(input.AliasName ?? '');
      store.setAlias({ name, key: findKey(store, input.TargetKeyId ?? '', call), create: true });
    },
    UpdateAlias: (input: UpdateAliasRequest, call: Call) => {
      const name = checkedName(input.AliasName ?? '');
      store.setAlias({ name, key: findKey(store, input.TargetKeyId ?? '', call), create: false });
    },
    DeleteAlias: (input: DeleteAliasRequest, call: Call) => {
      store.deleteAlias(checkedName(input.AliasName ?? ''), call.caller.accountId, call.region);
    },
    ListAliases: (input: ListAliasesRequest, call: Call) => {
      const keyId = input.KeyId === undefined ? undefined : findKey(store, input.KeyId, call).id;
      const all = store
        .aliases(call.caller.accountId, call.region)
        .filter((alias) => keyId === undefined || alias.keyId === keyId);
      const { items, ...rest } = page(all, input.Limit ?? 50, input.Marker);
      const entries = items.map((alias) => ({
        AliasName: alias.name,
        AliasArn: alias.arn,
        TargetKeyId: alias.keyId,
        CreationDate: alias.createdAt,
        LastUpdatedDate: alias.updatedAt,
      }));
      return { Aliases: entries, ...rest };
    },
  };
}

/** `alias/aws/` is AWS's own (KMS API, CreateAlias). */
function checkedName(name: string): string {
  if (/^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/.test(name)) return name;
  throw new AwsError(
    'InvalidAliasNameException',
    `Alias must start with the prefix "alias/", must not start with "alias/aws/", found ${name}`,
    400,
  );
}
