/** One upload in flight, of one key (S3 API MultipartUpload). */
export interface UploadOfKey {
  uploadId: string;
  begunMs: number;
  /** Who began it: the ARN of a session, or the id of an account. */
  by?: string;
}

/** Those that the role of `ours` began, in whatever session, and not after it: nobody else's, and none of a try that came later. */
export function abandonedUploads(uploads: readonly UploadOfKey[], ours: string): string[] {
  const own = uploads.find(({ uploadId }) => uploadId === ours);
  const role = roleOfSession(own?.by);
  if (own === undefined || role === undefined) return [];
  return uploads
    .filter((each) => each !== own && each.begunMs <= own.begunMs && roleOfSession(each.by) === role)
    .map(({ uploadId }) => uploadId);
}

/** `arn:aws:sts::ACCOUNT:assumed-role/ROLE` of the ARN of a session (IAM guide, "IAM identifiers"). */
function roleOfSession(arn: string | undefined): string | undefined {
  return /^(arn:[\w-]+:sts::\d{12}:assumed-role\/[^/]+)\//.exec(arn ?? '')?.[1];
}
