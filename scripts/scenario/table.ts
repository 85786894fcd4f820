import type { BucketResult } from './result.ts';

const HEADINGS = [
  'bucket',
  'account',
  'region',
  'verdict',
  'before',
  'after',
  'objects',
  're-encrypted',
  'below',
  'excused',
] as const;

/** The before/after table: one line per bucket, columns as wide as their longest cell. */
export function renderTable(results: readonly BucketResult[]): string {
  const rows = [HEADINGS.slice(), ...results.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 6 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function cells({ bucket, account, region, verdict, before, after, objects }: BucketResult): string[] {
  const { total, reencrypted, below, excused } = objects;
  return [
    bucket,
    account,
    region,
    verdict,
    before,
    after,
    String(total),
    String(reencrypted),
    String(below),
    String(excused),
  ];
}
