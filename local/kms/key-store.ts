import { AwsError } from '../errors.ts';
import { createKeyRecord, managedKeyPolicy, type KeyRecord, type NewKey } from './key-record.ts';

/** All keys and aliases, by account and Region. */
export interface KeyStore {
  add(options: NewKey): KeyRecord;
  /** Key id, key ARN, alias name or alias ARN; ids and names belong to the given account and Region. Throws NotFoundException. */
  resolve(keyId: string, accountId: string, region: string): KeyRecord;
  list(accountId: string, region: string): KeyRecord[];
  aliases(accountId: string, region: string): Alias[];
  /** Throws AlreadyExistsException where `create` and the name is taken, NotFoundException where not `create` and it is not there. */
  setAlias(options: { name: string; key: KeyRecord; create: boolean; at: Date }): void;
  deleteAlias(name: string, accountId: string, region: string): void;
  /** The AWS managed key behind alias/aws/NAME, made at its first use. */
  managed(name: string, accountId: string, region: string): KeyRecord;
}

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const MANAGED_PREFIX = 'alias/aws/';

export function createKeyStore(now: () => Date): KeyStore {
  const keys = new Map<string, KeyRecord>();
  const aliases = new Map<string, Alias>();

  const add = (options: NewKey): KeyRecord => {
    const key = createKeyRecord(options);
    keys.set(key.arn, key);
    return key;
  };
  const managed = (name: string, accountId: string, region: string): KeyRecord => {
    const known = aliases.get(aliasArn(name, accountId, region));
    if (known !== undefined) return resolve(known.keyId, accountId, region);
    const description = `Default key that protects my ${name.slice(MANAGED_PREFIX.length).toUpperCase()} objects when no other key is defined`;
    const policy = managedKeyPolicy(name, accountId, region);
    const key = add({ accountId, region, createdAt: now(), description, manager: 'AWS', policy });
    setAlias({ name, key, create: true, at: now() });
    return key;
  };
  const resolve = (keyId: string, accountId: string, region: string): KeyRecord => {
    const key = isAlias(keyId) ? behindAlias(keyId, accountId, region) : keys.get(keyArn(keyId, accountId, region));
    if (key !== undefined && !isGone(key, now())) return key;
    throw notFound(
      isAlias(keyId) ? 'Alias' : 'Key',
      isAlias(keyId) ? aliasArn(keyId, accountId, region) : keyArn(keyId, accountId, region),
    );
  };
  const behindAlias = (name: string, accountId: string, region: string): KeyRecord | undefined => {
    const alias = aliases.get(aliasArn(name, accountId, region));
    return alias === undefined ? undefined : keys.get(alias.arn.replace(/:alias\/.*$/, `:key/${alias.keyId}`));
  };
  const setAlias: KeyStore['setAlias'] = ({ name, key, create, at }) => {
    const arn = aliasArn(name, key.accountId, key.region);
    const known = aliases.get(arn);
    if (create && known !== undefined)
      throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`, 400);
    if (!create && known === undefined) throw notFound('Alias', arn);
    aliases.set(arn, { name, arn, keyId: key.id, createdAt: known?.createdAt ?? at, updatedAt: at });
  };
  return {
    add,
    resolve,
    managed,
    setAlias,
    list: (accountId, region) =>
      [...keys.values()].filter((key) => isOf(key.arn, accountId, region) && !isGone(key, now())),
    aliases: (accountId, region) => [...aliases.values()].filter((alias) => isOf(alias.arn, accountId, region)),
    deleteAlias: (name, accountId, region) => {
      const arn = aliasArn(name, accountId, region);
      if (!aliases.delete(arn)) throw notFound('Alias', arn);
    },
  };
}

function isAlias(keyId: string): boolean {
  return /^(?:arn:[^:]+:kms:[^:]*:[^:]*:)?alias\//.test(keyId);
}

function aliasArn(name: string, accountId: string, region: string): string {
  return name.startsWith('arn:') ? name : `arn:aws:kms:${region}:${accountId}:${name}`;
}

function keyArn(keyId: string, accountId: string, region: string): string {
  return keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
}

function isOf(arn: string, accountId: string, region: string): boolean {
  return arn.startsWith(`arn:aws:kms:${region}:${accountId}:`);
}

/** A key is gone once its waiting period is over. */
function isGone(key: KeyRecord, now: Date): boolean {
  return key.deletionDate !== undefined && key.deletionDate <= now;
}

function notFound(kind: 'Key' | 'Alias', arn: string): AwsError {
  return new AwsError(
    'NotFoundException',
    kind === 'Key' ? `Key '${arn}' does not exist` : `Alias ${arn} is not found.`,
    400,
  );
}
