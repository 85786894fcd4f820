import { ChecksumAlgorithm, type ChecksumType } from '@aws-sdk/client-s3';
import { present } from '../../present.ts';

/** The checksum that S3 keeps of an object or a part (S3 guide, "Checking object integrity"). */
export interface ObjectChecksum {
  algorithm: ChecksumAlgorithm;
  value: string;
  /** Of the whole, or of the checksums of its parts. */
  type?: ChecksumType;
}

type Checksums = { readonly [Name in `Checksum${ChecksumAlgorithm}`]?: string | undefined } & {
  readonly ChecksumType?: ChecksumType | undefined;
};

/** The one checksum among the members of an answer. */
export function checksumIn(answer: Checksums | undefined): ObjectChecksum | undefined {
  for (const algorithm of Object.values(ChecksumAlgorithm)) {
    const value = answer?.[`Checksum${algorithm}`];
    if (value !== undefined) return { algorithm, value, ...present({ type: answer?.ChecksumType }) };
  }
  return undefined;
}

/** The member that names a checksum in a request. */
export function checksumMember({ algorithm, value }: ObjectChecksum): Checksums {
  return { [`Checksum${algorithm}`]: value };
}
