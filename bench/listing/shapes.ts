/** Keys of a large bucket: the one at a place, in the order of S3. */
export interface Shape {
  name: string;
  keyAt: (at: number) => string;
}

const DAY_MS = 86_400_000;
const YEARS_8_MS = 8 * 365 * DAY_MS;

/** So many keys of each shape. */
export function shapesOf(count: number): Shape[] {
  const place = String(count).length;
  const zeros = (at: number) => String(at).padStart(place, '0');
  const step = Math.floor(2 ** 48 / count);
  return [
    // More each year.
    {
      name: 'dates',
      keyAt: (at) => `logs/${hourOf(Date.UTC(2019, 0, 1) + Math.sqrt(at / count) * YEARS_8_MS)}/${zeros(at)}.gz`,
    },
    { name: 'hex digits', keyAt: (at) => `${(at * step + ((at * 7_919) % step)).toString(16).padStart(12, '0')}.jpg` },
    {
      name: 'one deep prefix',
      keyAt: (at) => `prod/eu-west-1/lake/curated/sales/transactions/v3/tenant=acme/part-00000${zeros(at)}.parquet`,
    },
    { name: 'numbers without zeros', keyAt: (at) => `object-${numberAt(at, count)}` },
  ];
}

const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13).replace(/[-T]/g, '/');

/** The number at a place of 1 to `count` in the order of their digits: 1, 10, 100, 101, ... */
function numberAt(at: number, count: number): number {
  let [number, rest] = [1, at];
  while (rest > 0) {
    let inside = 0;
    for (let [first, next] = [number, number + 1]; first <= count; [first, next] = [first * 10, next * 10])
      inside += Math.min(next, count + 1) - first;
    if (inside <= rest) [number, rest] = [number + 1, rest - inside];
    else [number, rest] = [number * 10, rest - 1];
  }
  return number;
}
