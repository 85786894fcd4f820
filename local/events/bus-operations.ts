import type * as sdk from '@aws-sdk/client-eventbridge';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { EventBus } from './bus.ts';
import { type Bus, busArn, type BusPlace, placeOf } from './bus-directory.ts';

interface Named {
  readonly Name?: string | undefined;
  readonly EventBusName?: string | undefined;
}

export interface BusOperationDeps {
  readonly bus: EventBus;
  /** Throws what a bus policy that could not be evaluated is answered with. */
  readonly checkPolicy: (policy: object) => void;
}

/** Buses and their policies on the wire (EventBridge API reference). */
export function createBusOperations(deps: BusOperationDeps) {
  return { ...createWholeOperations(deps), ...createPolicyOperations(deps) };
}

function createWholeOperations({ bus }: BusOperationDeps) {
  const { buses } = bus;
  return {
    CreateEventBus: (input: sdk.CreateEventBusRequest, call: Call) => {
      const place = busNamed(input, call);
      if (!/^[/.\-_A-Za-z0-9]{1,256}$/.test(place.bus))
        throw new AwsError('ValidationException', `EventBus name ${place.bus} is not valid.`);
      if (buses.find(place) !== undefined)
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${place.bus} already exists.`);
      buses.put(place, undefined);
      return { EventBusArn: busArn(place) };
    },
    DeleteEventBus: (input: sdk.DeleteEventBusRequest, call: Call) => {
      const place = busNamed(input, call);
      if (place.bus === 'default') throw new AwsError('ValidationException', 'Cannot delete event bus default.');
      for (const rule of bus.rulesOf(place)) bus.delete(rule.arn);
      buses.delete(place);
      return {};
    },
    DescribeEventBus: (input: sdk.DescribeEventBusRequest, call: Call) => describe(buses.get(busNamed(input, call))),
    ListEventBuses: ({ NamePrefix: prefix = '' }: sdk.ListEventBusesRequest, { caller, region }: Call) => ({
      EventBuses: buses
        .list({ account: caller.accountId, region })
        .filter((each) => each.bus.startsWith(prefix))
        .map(describe),
    }),
  };
}

function createPolicyOperations({ bus: { buses }, checkPolicy }: BusOperationDeps) {
  const putStatements = (place: BusPlace, statements: readonly object[]): void => {
    const policy = statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };
    if (policy !== undefined) checkPolicy(policy);
    buses.put(place, policy);
  };
  return {
    PutPermission: (input: sdk.PutPermissionRequest, call: Call) => {
      const found = buses.get(busNamed(input, call));
      if (input.Policy === undefined) {
        const statement = statementOf(input, found);
        putStatements(found, [
          ...(found.policy?.Statement ?? []).filter((one) => sidOf(one) !== input.StatementId),
          statement,
        ]);
        return {};
      }
      const document: { Statement?: object | object[] } = Object(parsed(input.Policy));
      putStatements(found, [document.Statement ?? []].flat());
      return {};
    },
    RemovePermission: (input: sdk.RemovePermissionRequest, call: Call) => {
      const found = buses.get(busNamed(input, call));
      const kept = (found.policy?.Statement ?? []).filter((one) => sidOf(one) !== input.StatementId);
      putStatements(found, input.RemoveAllPermissions === true ? [] : kept);
      return {};
    },
  };
}

export const busArnOf = (input: Named, call: Call): string => busArn(busNamed(input, call));

function busNamed({ Name, EventBusName = Name ?? 'default' }: Named, { caller, region }: Call): BusPlace {
  return placeOf(EventBusName, { account: caller.accountId, region });
}

/** The one statement that PutPermission makes of its members. */
function statementOf({ Action, Principal, StatementId, Condition }: sdk.PutPermissionRequest, { arn }: Bus): object {
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: arn,
    ...(Condition === undefined
      ? {}
      : { Condition: { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value } } }),
  };
}

function sidOf(statement: object): unknown {
  return 'Sid' in statement ? statement.Sid : undefined;
}

function parsed(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    throw new AwsError('ValidationException', 'The policy is not valid JSON.');
  }
}

function describe({ arn, bus, policy }: Bus): object {
  return { Arn: arn, Name: bus, ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }) };
}
