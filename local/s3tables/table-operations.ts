import type * as s3tables from '@aws-sdk/client-s3tables';
import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import { pageAfter } from '../page-after.ts';
import type { World } from '../world.ts';
import { checkEncryption, proveKey, SSE_S3 } from './encryption.ts';
import { badRequest, conflict, notFound, type Table } from './table-bucket.ts';
import type { TableBuckets } from './table-buckets.ts';

const NAME = /^[a-z0-9_]{1,255}$/;

/** Namespaces and tables, as far as a bucket is made full with them. */
export function createTableOperations(world: World, buckets: TableBuckets) {
  return {
    CreateNamespace: ({ tableBucketARN, namespace = [] }: s3tables.CreateNamespaceRequest, call: Call) => {
      const bucket = buckets.get(tableBucketARN, call);
      const [name = '', another] = namespace;
      if (!NAME.test(name) || another !== undefined) throw badRequest('The specified namespace name is not valid.');
      if (bucket.namespaces.has(name))
        throw conflict('A namespace with an identical name already exists in the bucket.');
      bucket.namespaces.set(name, call.time);
      return { tableBucketARN, namespace };
    },
    CreateTable: (input: s3tables.CreateTableRequest, call: Call) => createTable(world, input, buckets, call),
    ListTables: (input: s3tables.ListTablesRequest, call: Call) => {
      const { tableBucketARN, namespace, prefix = '', maxTables, continuationToken } = input;
      const all = [...buckets.get(tableBucketARN, call).tables.values()]
        .filter((one) => (namespace === undefined || one.namespace === namespace) && one.name.startsWith(prefix))
        .toSorted((a, b) => (keyOfTable(a) < keyOfTable(b) ? -1 : 1));
      const page = pageAfter(all, { token: continuationToken, most: maxTables, keyOf: keyOfTable });
      return { tables: page.items.map(summaryOf), continuationToken: page.token };
    },
  };
}

function createTable(world: World, input: s3tables.CreateTableRequest, buckets: TableBuckets, call: Call): object {
  const { tableBucketARN, namespace = '', name = '', encryptionConfiguration } = input;
  const bucket = buckets.get(tableBucketARN, call);
  if (!bucket.namespaces.has(namespace)) throw notFound('The specified namespace does not exist.');
  if (!NAME.test(name)) throw badRequest('The specified table name is not valid.');
  const table: Table = {
    arn: `${bucket.arn}/table/${randomUUID()}`,
    name,
    namespace,
    createdAt: call.time,
    encryption: encryptionConfiguration ?? bucket.encryption ?? SSE_S3,
  };
  if (bucket.tables.has(keyOfTable(table))) {
    throw conflict('A table with an identical name already exists in the namespace.');
  }
  checkEncryption(table.encryption, call);
  const { kmsKeyArn: keyArn } = table.encryption;
  if (keyArn !== undefined) proveKey(world, { bucket, tableArn: table.arn, keyArn }, call);
  bucket.tables.set(keyOfTable(table), table);
  return { tableARN: table.arn, versionToken: randomUUID().replaceAll('-', '').slice(0, 20) };
}

const keyOfTable = ({ namespace, name }: Table): string => `${namespace}/${name}`;

function summaryOf({ arn, name, namespace, createdAt }: Table): s3tables.TableSummary {
  const times = { createdAt, modifiedAt: createdAt };
  return { namespace: [namespace], name, type: 'customer', tableARN: arn, ...times };
}
