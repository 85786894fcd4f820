import { entryOf } from '../entry-of.ts';
import type { Created, Place } from './resource.ts';
import { physicalName } from './physical-name.ts';

/** Resources that a template may have and that nothing here acts upon, each with its reason. They get a name and an ARN. */
export const INERT: Readonly<Record<string, string>> = {
  'AWS::Logs::LogGroup': 'what functions write is kept in memory, without retention',
  'AWS::CloudWatch::Alarm': 'there are no metrics, so no alarm ever fires',
};

interface Known {
  /** The property that names the resource. */
  readonly name: string;
  readonly arn: (name: string, place: Place) => string;
}

const KNOWN: Readonly<Record<string, Known>> = {
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    arn: (name, { account, region }) => `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
  },
  'AWS::CloudWatch::Alarm': {
    name: 'AlarmName',
    arn: (name, { account, region }) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
  },
};

/** Records an inert resource; undefined where the type is not one. */
export function recordInert(type: string, logicalId: string, properties: unknown, place: Place): Created | undefined {
  const known = entryOf(KNOWN, type);
  if (!known) {
    return undefined;
  }
  const given =
    typeof properties === 'object' && properties !== null
      ? Object.entries(properties).find(([name]) => name === known.name)?.[1]
      : undefined;
  const name = typeof given === 'string' ? given : physicalName(logicalId, place, 255);
  const arn = known.arn(name, place);
  return { ref: name, attributes: { Arn: arn } };
}
