/** What can be said where not everything is known. */
export type Three = 'yes' | 'no' | 'unknown';

/** `no` as soon as one is. */
export function allOf(values: readonly Three[]): Three {
  if (values.includes('no')) return 'no';
  return values.includes('unknown') ? 'unknown' : 'yes';
}

/** `yes` as soon as one is. */
export function anyOf(values: readonly Three[]): Three {
  if (values.includes('yes')) return 'yes';
  return values.includes('unknown') ? 'unknown' : 'no';
}

export function negated(value: Three): Three {
  if (value === 'unknown') return 'unknown';
  return value === 'yes' ? 'no' : 'yes';
}

/** Of several things that may be so: what holds of all of them, and nothing for sure where they differ or there are none. */
export function agreed(values: readonly Three[]): Three {
  const [first = 'unknown'] = values;
  return values.every((value) => value === first) ? first : 'unknown';
}
