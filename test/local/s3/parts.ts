import {
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  type CompletedPart,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';

/** One upload in parts, step by step, as a client makes it. */
export interface OpenUpload {
  readonly id: string;
  put(PartNumber: number, Body: Buffer | string): Promise<CompletedPart>;
  copy(PartNumber: number, source: Partial<UploadPartCopyCommandInput>): Promise<CompletedPart>;
  complete(
    Parts: CompletedPart[],
    more?: Partial<CompleteMultipartUploadCommandInput>,
  ): ReturnType<typeof sendCompletion>;
}

export async function openUpload(
  s3: S3Client,
  input: Pick<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'> & Partial<CreateMultipartUploadCommandInput>,
): Promise<OpenUpload> {
  const named = { Bucket: input.Bucket, Key: input.Key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(input));
  const upload = { ...named, UploadId };
  return {
    id: UploadId ?? '',
    put: async (PartNumber, Body) => {
      const { ChecksumAlgorithm } = input;
      const answer = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm }));
      return partOf(PartNumber, answer);
    },
    copy: async (PartNumber, source) => {
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({ ...upload, PartNumber, CopySource: undefined, ...source }),
      );
      return partOf(PartNumber, CopyPartResult ?? {});
    },
    complete: (Parts, more = {}) => sendCompletion(s3, { ...upload, MultipartUpload: { Parts }, ...more }),
  };
}

function sendCompletion(s3: S3Client, input: CompleteMultipartUploadCommandInput) {
  return s3.send(new CompleteMultipartUploadCommand(input));
}

/** What a completion names of a part. */
function partOf(PartNumber: number, answer: object): CompletedPart {
  const told = Object.entries(answer).filter(([name]) => /^(?:ETag|Checksum(?!Type))/.test(name));
  return { PartNumber, ...Object.fromEntries(told) };
}
