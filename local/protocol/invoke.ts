import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Identity, World } from '../world.ts';
import type { Mounted } from './mount.ts';
import { perform } from './perform.ts';
import type { Runner } from './run.ts';

interface InvokeDeps {
  readonly mounted: readonly Mounted[];
  readonly identity: Identity;
  readonly runner: Runner;
  readonly now: () => Date;
}

/** `World.invoke`: an operation without the wire. A fault that would take the connection is InternalError here. */
export function createInvoke(deps: InvokeDeps): World['invoke'] {
  return async (serviceId, operation, input, as) => {
    const found = deps.mounted.find((one) => one.service.id === serviceId);
    if (found?.kind !== 'modelled')
      throw new Error(`no service ${serviceId} is mounted that can be invoked in process`);
    const call: Call = {
      service: serviceId,
      operation,
      region: as.region,
      caller: as.caller,
      requestId: randomUUID(),
      time: deps.now(),
      sourceIp: as.invokedBy ?? '127.0.0.1',
      userAgent: as.invokedBy ?? 'reseal-local',
      ...(as.viaService === undefined ? {} : { viaService: as.viaService }),
    };
    const ran = await deps.runner.run(call, input, () => perform(deps.identity, found.service, call, input));
    if (ran.kind === 'output') return ran.output;
    throw new AwsError('InternalError', `a fault took the connection of ${serviceId} ${operation}`, 500);
  };
}
