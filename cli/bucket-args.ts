/** How a command names one bucket and the stack that watches it. */
export const bucketArgs = {
  bucket: { type: 'positional', description: 'The name of the bucket', required: true },
  table: { type: 'string', valueHint: 'name', description: "The stack's output LedgerTableName", required: true },
  region: { type: 'string', valueHint: 'region', description: 'The Region of the stack', required: true },
} as const;
