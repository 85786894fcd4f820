import { AwsError } from '../errors.ts';
import type { Model } from './model.ts';
import { createRouteTable } from './route-table.ts';
import type { Wire } from './wire.ts';

/** Finds a REST service's operation by method, path and query. Throws NotImplemented 501, naming the request. */
export function createRestRoute(model: Model): Wire['route'] {
  const routes = createRouteTable(model.operations.values());
  return (request) => {
    const routed = routes.match(request);
    if (routed !== undefined) return routed;
    throw new AwsError(
      'NotImplemented',
      `${request.method} ${request.path} is no operation of ${model.namespace} that is known here`,
      501,
    );
  };
}
