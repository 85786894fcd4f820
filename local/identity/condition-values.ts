import { isInRange } from './ip-range.ts';
import { compileWildcard } from './wildcard.ts';

/** Compares one value of the request with one value of the policy; undefined for an operator that is not known here. */
export type Comparison = (actual: string, wanted: string) => boolean;

/** The comparisons by operator, without their negations (IAM User Guide, "IAM JSON policy elements: Condition operators"). */
export const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: like,
  ArnEquals: arnLike,
  ArnLike: arnLike,
  IpAddress: isInRange,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
  DateEquals: (actual, wanted) => timeOf(actual) === timeOf(wanted),
  DateLessThan: (actual, wanted) => timeOf(actual) < timeOf(wanted),
  DateLessThanEquals: (actual, wanted) => timeOf(actual) <= timeOf(wanted),
  DateGreaterThan: (actual, wanted) => timeOf(actual) > timeOf(wanted),
  DateGreaterThanEquals: (actual, wanted) => timeOf(actual) >= timeOf(wanted),
};

/** Negated operators match where no value of the policy compares, and where the key is absent. */
export const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

function like(actual: string, wanted: string): boolean {
  return compileWildcard(wanted, { ignoreCase: false })(actual);
}

/** Each of the six parts of an ARN is compared on its own, so that a `*` does not run over a colon before the last part. */
function arnLike(actual: string, wanted: string): boolean {
  const actualParts = arnParts(actual);
  const wantedParts = arnParts(wanted);
  return (
    actualParts.length === wantedParts.length &&
    wantedParts.every((part, index) => like(actualParts[index] ?? '', part))
  );
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** ISO 8601, or seconds since 1970. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
