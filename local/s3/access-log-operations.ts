/**
 * How server access logs name the requests on objects, after REST. (S3 guide, "Amazon S3 server access log format"), and the query
 * parameter that the request has.
 */
export const LOGGED_OPERATIONS: Readonly<Record<string, readonly [method: string, resource: string, query?: string]>> =
  {
    PutObject: ['PUT', 'OBJECT'],
    GetObject: ['GET', 'OBJECT'],
    HeadObject: ['HEAD', 'OBJECT'],
    GetObjectAttributes: ['GET', 'OBJECT_ATTRIBUTES', 'attributes'],
    DeleteObject: ['DELETE', 'OBJECT'],
    DeleteObjects: ['POST', 'MULTI_OBJECT_DELETE', 'delete'],
    RestoreObject: ['POST', 'OBJECT_RESTORE', 'restore'],
    CopyObject: ['COPY', 'OBJECT'],
    UpdateObjectEncryption: ['PUT', 'OBJECT_ENCRYPTION', 'encryption'],
    GetObjectTagging: ['GET', 'OBJECT_TAGGING', 'tagging'],
    PutObjectTagging: ['PUT', 'OBJECT_TAGGING', 'tagging'],
    DeleteObjectTagging: ['DELETE', 'OBJECT_TAGGING', 'tagging'],
    GetObjectRetention: ['GET', 'OBJECT_LOCK_RETENTION', 'retention'],
    PutObjectRetention: ['PUT', 'OBJECT_LOCK_RETENTION', 'retention'],
    GetObjectLegalHold: ['GET', 'OBJECT_LOCK_LEGALHOLD', 'legal-hold'],
    PutObjectLegalHold: ['PUT', 'OBJECT_LOCK_LEGALHOLD', 'legal-hold'],
    CreateMultipartUpload: ['POST', 'UPLOADS', 'uploads'],
    UploadPart: ['PUT', 'PART', 'partNumber'],
    UploadPartCopy: ['COPY', 'PART', 'partNumber'],
    CompleteMultipartUpload: ['POST', 'UPLOAD', 'uploadId'],
    AbortMultipartUpload: ['DELETE', 'UPLOAD', 'uploadId'],
    ListParts: ['GET', 'UPLOAD', 'uploadId'],
    ListMultipartUploads: ['GET', 'UPLOADS', 'uploads'],
    ListObjects: ['GET', 'BUCKET'],
    ListObjectsV2: ['GET', 'BUCKET', 'list-type=2'],
    ListObjectVersions: ['GET', 'BUCKETVERSIONS', 'versions'],
  };
