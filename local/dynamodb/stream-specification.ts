import { AwsError, notEmulated } from '../errors.ts';
import { asJson } from './json.ts';
import type { ViewType } from './stream-record.ts';

const VIEW_TYPES: readonly ViewType[] = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];

/** The view type of the stream that CreateTable asks for; undefined where it asks for none. Throws ValidationException. */
export function readStreamSpecification(specification: unknown): ViewType | undefined {
  if (specification === undefined || specification === null) return undefined;
  const { StreamEnabled: isEnabled, StreamViewType: viewType, ...others } = asJson(specification);
  const [other] = Object.keys(others);
  if (other !== undefined) throw notEmulated(`The member ${other} of dynamodb CreateTable StreamSpecification`);
  if (isEnabled === false && viewType === undefined) return undefined;
  const known = VIEW_TYPES.find((one) => one === viewType);
  if (isEnabled !== true || known === undefined) {
    throw new AwsError(
      'ValidationException',
      `One or more parameter values were invalid: StreamEnabled true needs a StreamViewType of ${VIEW_TYPES.join(', ')}, and StreamEnabled false none; found ${JSON.stringify(specification)}`,
    );
  }
  return known;
}
