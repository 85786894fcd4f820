import type { AwsSecurityFinding, AwsSecurityFindingFilters, GetFindingsRequest } from '@aws-sdk/client-securityhub';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';
import type { Hubs } from './hubs.ts';

type Values = (finding: AwsSecurityFinding) => readonly (string | undefined)[];

/** The text filters that are emulated, each with the values of a finding that it looks at. */
const FILTERS: Readonly<Record<string, Values>> = {
  Id: ({ Id }) => [Id],
  ProductArn: ({ ProductArn }) => [ProductArn],
  AwsAccountId: ({ AwsAccountId }) => [AwsAccountId],
  GeneratorId: ({ GeneratorId }) => [GeneratorId],
  Region: ({ Region }) => [Region],
  Title: ({ Title }) => [Title],
  Type: ({ Types }) => Types ?? [],
  ResourceId: ({ Resources }) => (Resources ?? []).map(({ Id }) => Id),
  ResourceType: ({ Resources }) => (Resources ?? []).map(({ Type }) => Type),
  RecordState: ({ RecordState }) => [RecordState],
  WorkflowStatus: ({ Workflow }) => [Workflow?.Status],
  ComplianceStatus: ({ Compliance }) => [Compliance?.Status],
  SeverityLabel: ({ Severity }) => [Severity?.Label],
};

const COMPARISONS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  EQUALS: (value, wanted) => value === wanted,
  PREFIX: (value, wanted) => value.startsWith(wanted),
  NOT_EQUALS: (value, wanted) => value !== wanted,
  PREFIX_NOT_EQUALS: (value, wanted) => !value.startsWith(wanted),
};

const LARGEST_PAGE = 100;

/** GetFindings: the findings that fit every filter, the oldest first. Filters other than those of the table are refused by name. */
export function createGetFindings(hubs: Hubs) {
  return (
    { Filters: filters = {}, NextToken: token, MaxResults: size = LARGEST_PAGE }: GetFindingsRequest,
    call: Call,
  ) => {
    const hub = hubs.of(call);
    const from = Number(token ?? 0);
    if (!Number.isInteger(from) || from < 0 || size < 1 || size > LARGEST_PAGE) {
      throw new AwsError('InvalidInputException', `NextToken or MaxResults is not valid: ${token}, ${size}`);
    }
    const tests = Object.entries(filters).flatMap(([name, conditions]) => compileFilter(name, conditions));
    const found = [...hub.findings.values()].filter((finding) => tests.every((test) => test(finding)));
    return {
      Findings: found.slice(from, from + size),
      ...(found.length > from + size ? { NextToken: String(from + size) } : {}),
    };
  };
}

type Test = (finding: AwsSecurityFinding) => boolean;

/** Conditions that want a value are alternatives, those that refuse one must all hold (Security Hub API, StringFilter). */
function compileFilter(name: string, conditions: AwsSecurityFindingFilters[keyof AwsSecurityFindingFilters]): Test[] {
  if (conditions === undefined || conditions.length === 0) return [];
  const valuesOf = entryOf(FILTERS, name);
  if (valuesOf === undefined) throw notEmulated(`The filter ${name} of securityhub GetFindings`);
  const tests = conditions.map((condition) => compileCondition(name, condition, valuesOf));
  const wanted = tests.filter(({ isNegative }) => !isNegative);
  const refused = tests.filter(({ isNegative }) => isNegative);
  return [
    (finding) =>
      (wanted.length === 0 || wanted.some(({ test }) => test(finding))) && refused.every(({ test }) => test(finding)),
  ];
}

function compileCondition(name: string, condition: object, valuesOf: Values): { isNegative: boolean; test: Test } {
  const { Comparison: comparison = '', Value: wanted = '' }: { Comparison?: string; Value?: string } = condition;
  const compare = entryOf(COMPARISONS, comparison);
  if (compare === undefined)
    throw notEmulated(`The comparison ${comparison} of the filter ${name} of securityhub GetFindings`);
  const isNegative = comparison.includes('NOT_EQUALS');
  const values: Test = (finding) => {
    const present = valuesOf(finding).filter((value) => value !== undefined);
    return isNegative
      ? present.every((value) => compare(value, wanted))
      : present.some((value) => compare(value, wanted));
  };
  return { isNegative, test: values };
}
