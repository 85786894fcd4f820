import { createAdmin } from './admin/admin.ts';
import type { CreatedS3Control } from './batch/create-s3-control.ts';
import type { Clock } from './clock.ts';
import type { CreatedCloudWatch } from './cloudwatch/create-cloudwatch.ts';
import { answerFaults } from './faults/answer-faults.ts';
import type { Faults } from './faults/faults.ts';
import type { createKms } from './kms/definition.ts';
import type { FunctionStore } from './lambda/functions.ts';
import type { Organization } from './organizations/organization.ts';
import { websiteByPath } from './protocol/website-request.ts';
import type { CreatedS3 } from './s3/create-s3.ts';
import { describeObject } from './s3/describe-object.ts';
import type { WebsiteRequest } from './s3/website-routing.ts';
import type { WireRequest, WireResponse } from './service.ts';
import type { Wiring } from './wiring.ts';
import type { World } from './world.ts';

/** A page of a website endpoint that is asked for by path; undefined for every other path. */
export function pageAtPath(
  request: WireRequest,
  website: (asked: WebsiteRequest) => WireResponse,
): WireResponse | undefined {
  const asked = websiteByPath(request);
  return asked === undefined ? undefined : website(asked);
}

interface Built {
  readonly world: World;
  readonly kms: ReturnType<typeof createKms>;
  readonly wiring: Wiring;
  readonly s3: CreatedS3;
  readonly faults: Faults;
  readonly organization: Organization;
  readonly cloudWatch: CreatedCloudWatch;
  readonly s3Control: CreatedS3Control;
  readonly clock: Clock;
}

/** What is below `/_local/`. */
export function pagesOf({
  world,
  kms,
  wiring,
  s3,
  faults,
  organization,
  cloudWatch,
  s3Control,
  clock,
}: Built): ReturnType<typeof createAdmin> {
  return createAdmin({
    activity: world.activity,
    endDelays: () => wiring.endDelays(),
    events: wiring.bus,
    eventLog: wiring.bus.log,
    seedObject: (seed) => s3.store.seedObject(seed),
    describeObject: (asked) => describeObject(s3.store, asked),
    keys: kms.keys,
    logs: () => wiring.functions.list().map(linesOf),
    notifications: wiring.notifications,
    services: { deliveries: () => s3.store.deliveries.list(), deliver: s3.deliver },
    organization,
    readAsService: s3.readAsService,
    batchSettings: s3Control.settings,
    dataEvents: wiring.dataEvents,
    now: clock.now,
    forward: (ms) => {
      clock.forward(ms);
      for (const each of [wiring, s3Control]) each.clockMoved();
      wiring.bus.forward(ms);
    },
    makeMetricsCurrent: () => cloudWatch.makeCurrent(),
    faults: (request) => answerFaults(faults, request),
  });
}

function linesOf({ definition, log }: ReturnType<FunctionStore['list']>[number]) {
  const { name, account, region } = definition;
  return { functionName: name, account, region, lines: log.lines };
}
