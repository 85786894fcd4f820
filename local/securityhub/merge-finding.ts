import type { AwsSecurityFinding, Severity } from '@aws-sdk/client-securityhub';
import type { Call } from '../call.ts';
import { entryOf } from '../entry-of.ts';

const NORMALIZED: Readonly<Record<string, number>> = {
  INFORMATIONAL: 0,
  LOW: 1,
  MEDIUM: 40,
  HIGH: 70,
  CRITICAL: 90,
};

/**
 * A finding as Security Hub keeps it. What customers work with is theirs once the finding exists, and the time of its creation stays (API,
 * BatchImportFindings). The fields of the finding provider show at the top as well, because nobody updates them here by other means.
 */
export function mergeFinding(
  imported: AwsSecurityFinding,
  existing: AwsSecurityFinding | undefined,
  call: Call,
): AwsSecurityFinding {
  const provided = {
    ...pick(imported, ['Confidence', 'Criticality', 'RelatedFindings', 'Severity', 'Types']),
    ...imported.FindingProviderFields,
  };
  const severity = withNumber(provided.Severity);
  const merged: AwsSecurityFinding = {
    ...imported,
    ...provided,
    ...(severity === undefined ? {} : { Severity: severity }),
    FindingProviderFields: {
      ...provided,
      ...(severity === undefined ? {} : { Severity: pick(severity, ['Label', 'Original']) }),
    },
    RecordState: imported.RecordState ?? 'ACTIVE',
    Workflow: imported.Workflow ?? { Status: 'NEW' },
    WorkflowState: 'NEW',
    ProductName: imported.ProductName ?? 'Default',
    CompanyName: imported.CompanyName ?? 'Personal',
    Region: call.region,
    ProcessedAt: call.time.toISOString(),
  };
  if (existing === undefined) return merged;
  return {
    ...without(merged, ['Note', 'UserDefinedFields', 'VerificationState']),
    ...pick(existing, ['Note', 'UserDefinedFields', 'VerificationState']),
    CreatedAt: existing.CreatedAt,
    Workflow: isReopened(existing, merged) ? { Status: 'NEW' } : existing.Workflow,
  };
}

/** A finding that was dealt with is new again when it comes back (Security Hub guide, "Setting the workflow status of findings"). */
function isReopened(before: AwsSecurityFinding, after: AwsSecurityFinding): boolean {
  const isDone = ['NOTIFIED', 'RESOLVED'].includes(before.Workflow?.Status ?? '');
  const isActiveAgain = before.RecordState === 'ARCHIVED' && after.RecordState === 'ACTIVE';
  const failsAgain =
    before.Compliance?.Status === 'PASSED' &&
    ['FAILED', 'WARNING', 'NOT_AVAILABLE'].includes(after.Compliance?.Status ?? '');
  return isDone && (isActiveAgain || failsAgain);
}

function withNumber(severity: Severity | undefined): Severity | undefined {
  const number = entryOf(NORMALIZED, severity?.Label ?? '');
  return severity === undefined || number === undefined ? severity : { ...severity, Normalized: number };
}

function pick<Value extends object, Name extends keyof Value>(
  value: Value,
  names: readonly Name[],
): Partial<Pick<Value, Name>> {
  const picked: Partial<Pick<Value, Name>> = {};
  for (const name of names) if (value[name] !== undefined) picked[name] = value[name];
  return picked;
}

function without<Value extends object, Name extends keyof Value>(value: Value, names: readonly Name[]): Value {
  const kept = { ...value };
  for (const name of names) delete kept[name];
  return kept;
}
