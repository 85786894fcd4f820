import type { TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';

type TagInput = Partial<TagResourceRequest & UntagResourceRequest>;

/**
 * `requestParameters` of S3 Control's TagResource and UntagResource. AWS does not say what S3 writes there (docs/unverified.md): this is the
 * form that most services give to these two, the ARN beside a list.
 */
export function resourceTagParameters(call: Call, input: unknown): Record<string, unknown> {
  const { ResourceArn: resourceArn, Tags: tags, TagKeys: tagKeys, AccountId: account }: TagInput = Object(input);
  return {
    Host: `${account ?? call.caller.accountId}.s3-control.${call.region}.amazonaws.com`,
    resourceArn,
    ...(tags === undefined ? {} : { tags: tags.map(({ Key: key, Value: value }) => ({ key, value })) }),
    ...(tagKeys === undefined ? {} : { tagKeys }),
  };
}
