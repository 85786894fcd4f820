import { z } from 'zod';

const text = (longest: number) => z.string().min(1).max(longest);
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/, 'should match the format date-time');
const severity = z.looseObject({
  Label: z.enum(['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']).optional(),
  Normalized: z.number().int().min(0).max(100).optional(),
  Original: text(64).optional(),
});
const types = z.array(z.string().regex(/^[^/]+(?:\/[^/]+){0,2}$/, 'should be namespace/category/classifier')).max(50);

const remediation = z.looseObject({
  Recommendation: z.looseObject({ Text: text(512).optional(), Url: text(2048).optional() }).optional(),
});

const resource = z.looseObject({
  Type: text(256),
  Id: text(512),
  Partition: z.enum(['aws', 'aws-cn', 'aws-us-gov']).optional(),
  Region: text(16).optional(),
  Tags: z.record(text(128), z.string().max(256)).optional(),
});

/**
 * What AWS demands of a finding (Security Hub guide, "AWS Security Finding Format", required attributes and the limits of those that are
 * used most). Members that are not named here pass unchecked.
 */
export const findingSchema = z
  .looseObject({
    SchemaVersion: z.literal('2018-10-08'),
    Id: text(512),
    ProductArn: text(2048),
    GeneratorId: text(512),
    AwsAccountId: z.string().regex(/^\d{12}$/, 'should be 12 digits'),
    CreatedAt: time,
    UpdatedAt: time,
    FirstObservedAt: time.optional(),
    LastObservedAt: time.optional(),
    Title: text(256),
    Description: text(1024),
    Resources: z.array(resource).min(1).max(32),
    Severity: severity.optional(),
    Types: types.optional(),
    FindingProviderFields: z.looseObject({ Severity: severity.optional(), Types: types.optional() }).optional(),
    Remediation: remediation.optional(),
    ProductFields: z.record(text(128), z.string().max(2048)).optional(),
    UserDefinedFields: z.record(text(128), z.string().max(1024)).optional(),
    SourceUrl: z.url().optional(),
    Compliance: z
      .looseObject({ Status: z.enum(['PASSED', 'WARNING', 'FAILED', 'NOT_AVAILABLE']).optional() })
      .optional(),
    RecordState: z.enum(['ACTIVE', 'ARCHIVED']).optional(),
    Workflow: z
      .looseObject({
        Status: z.enum(['NEW', 'ASSIGNED', 'IN_PROGRESS', 'NOTIFIED', 'DEFERRED', 'RESOLVED', 'SUPPRESSED']).optional(),
      })
      .optional(),
  })
  .refine((finding) => (finding.FindingProviderFields?.Severity ?? finding.Severity) !== undefined, {
    message: "should have required property 'FindingProviderFields' with Severity, or Severity",
  })
  .refine((finding) => (finding.FindingProviderFields?.Types ?? finding.Types) !== undefined, {
    message: "should have required property 'FindingProviderFields' with Types, or Types",
  })
  .refine((finding) => Object.keys(finding.ProductFields ?? {}).length <= 50, {
    message: 'should have at most 50 ProductFields',
  });
