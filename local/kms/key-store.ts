import { AwsError } from '../errors.ts';
import { createKeyRecord, managedKeyPolicy, type KeyRecord, type NewKey } from './key-record.ts';

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const MANAGED_PREFIX = 'alias/aws/';

/** All keys and aliases, by account and Region. */
export class KeyStore {
  readonly #keys = new Map<string, KeyRecord>();
  readonly #aliases = new Map<string, Alias>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** A key with the id of a multi-Region key in another Region becomes its replica. */
  add(options: NewKey): KeyRecord {
    const { id = '', accountId } = options;
    const primary = this.related({ id, accountId }).find(({ region, primaryRegion }) => region === primaryRegion);
    const key = createKeyRecord(options, primary);
    this.#keys.set(key.arn, key);
    return key;
  }

  /** Key id, key ARN, alias name or alias ARN; ids and names belong to the given account and Region. Throws NotFoundException. */
  resolve(keyId: string, accountId: string, region: string): KeyRecord {
    if (isAlias(keyId)) return this.#behindAlias(aliasArn(keyId, accountId, region));
    const arn = keyArn(keyId, accountId, region);
    const key = this.#keys.get(arn);
    if (key === undefined || isGone(key, this.#now())) throw notFound('Key', arn);
    return key;
  }

  /** The multi-Region keys of one id: the primary key and its replicas. */
  related({ id, accountId }: { id: string; accountId: string }): KeyRecord[] {
    const now = this.#now();
    return [...this.#keys.values()].filter(
      (key) => key.multiRegion && key.id === id && key.accountId === accountId && !isGone(key, now),
    );
  }

  list(accountId: string, region: string): KeyRecord[] {
    const now = this.#now();
    return [...this.#keys.values()].filter((key) => isOf(key.arn, accountId, region) && !isGone(key, now));
  }

  aliases(accountId: string, region: string): Alias[] {
    return [...this.#aliases.values()].filter((alias) => isOf(alias.arn, accountId, region));
  }

  /** Throws AlreadyExistsException where `create` and the name is taken, NotFoundException where not `create` and it is not there. */
  setAlias({ name, key, create }: { name: string; key: KeyRecord; create: boolean }): void {
    const arn = aliasArn(name, key.accountId, key.region);
    const known = this.#aliases.get(arn);
    if (create && known !== undefined) {
      throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`, 400);
    }
    if (!create && known === undefined) throw notFound('Alias', arn);
    const at = this.#now();
    this.#aliases.set(arn, { name, arn, keyId: key.id, createdAt: known?.createdAt ?? at, updatedAt: at });
  }

  deleteAlias(name: string, accountId: string, region: string): void {
    const arn = aliasArn(name, accountId, region);
    if (!this.#aliases.delete(arn)) throw notFound('Alias', arn);
  }

  /** The AWS managed key behind alias/aws/NAME, made at its first use. */
  managed(name: string, accountId: string, region: string): KeyRecord {
    const known = this.#aliases.get(aliasArn(name, accountId, region));
    if (known !== undefined) return this.resolve(known.keyId, accountId, region);
    const service = name.slice(MANAGED_PREFIX.length).toUpperCase();
    const description = `Default key that protects my ${service} objects when no other key is defined`;
    const policy = managedKeyPolicy(name, accountId, region);
    const key = this.add({ accountId, region, createdAt: this.#now(), description, manager: 'AWS', policy });
    this.setAlias({ name, key, create: true });
    return key;
  }

  #behindAlias(arn: string): KeyRecord {
    const alias = this.#aliases.get(arn);
    const [, , , region = '', accountId = ''] = arn.split(':');
    if (alias === undefined) throw notFound('Alias', arn);
    return this.resolve(alias.keyId, accountId, region);
  }
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
