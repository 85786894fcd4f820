import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AwsError } from '../../../local/errors.ts';
import { createActivity } from '../../../local/activity.ts';
import { EventBus } from '../../../local/events/bus.ts';
import { createIdentity } from '../../../local/identity/identity.ts';
import type { Rule, RuleTarget } from '../../../local/rules.ts';
import type { BusEvent, ServicePrincipal } from '../../../local/world.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111111111111:work';
const DEAD = 'arn:aws:sqs:eu-west-1:111111111111:dead';
const FUNCTION = 'arn:aws:lambda:eu-west-1:111111111111:function:f';
const RULE = 'arn:aws:events:eu-west-1:111111111111:rule/r';

interface Sent {
  to: string;
  body: string;
  attributes?: Readonly<Record<string, string>>;
}

/** A bus before targets that answer with the errors of `answers`, one a delivery, and then accept; each takes `answerMs` of its clock. */
function createBus(answers: (AwsError | undefined)[] = [], answerMs = 0) {
  let nowMs = Date.parse('2026-11-22T00:00:00Z');
  const sent: Sent[] = [];
  const principals: ServicePrincipal[] = [];
  const accept = (to: string, message: Omit<Sent, 'to'>, from: ServicePrincipal): void => {
    principals.push(from);
    nowMs += answerMs;
    const error = answers.shift();
    if (error) {
      throw error;
    }
    sent.push({ to, ...message });
  };
  const activity = createActivity();
  const bus = new EventBus({
    world: { now: () => new Date(nowMs), activity, identity: createIdentity({ now: () => new Date(nowMs) }) },
    queues: { deliver: accept },
    functions: { deliver: (to, body, from) => accept(to, { body }, from) },
  });
  return { bus, sent, principals, activity };
}

const target = (changes: Partial<RuleTarget> = {}): RuleTarget => ({
  id: 't',
  arn: QUEUE,
  retryAttempts: 185,
  maxAgeSeconds: 86_400,
  deadLetterArn: DEAD,
  ...changes,
});

const rule = (changes: Partial<Rule> = {}): Rule => ({
  arn: RULE,
  name: 'r',
  account: '111111111111',
  region: 'eu-west-1',
  bus: 'default',
  pattern: { source: ['test'] },
  enabled: true,
  targets: [target()],
  ...changes,
});

const event = (id: string, changes: Partial<BusEvent> = {}): BusEvent => ({
  version: '0',
  id,
  'detail-type': 'A test',
  source: 'test',
  account: '111111111111',
  time: '2026-11-22T00:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: { n: 1 },
  ...changes,
});

const idsOf = (sent: readonly Sent[]): string[] => sent.map(({ body }) => JSON.parse(body).id);

describe('the bus', () => {
  test('hands a matching event to every target as the rule, and logs where it went', () => {
    const { bus, sent, principals } = createBus();
    bus.put(rule({ targets: [target(), target({ id: 'f', arn: FUNCTION })] }));
    bus.put(rule({ arn: `${RULE}2`, name: 'r2', pattern: { source: ['other'] } }));
    bus.publish(event('e1'));
    assert.deepEqual(sent, [
      { to: QUEUE, body: JSON.stringify(event('e1')) },
      { to: FUNCTION, body: JSON.stringify(event('e1')) },
    ]);
    assert.deepEqual(principals[0], {
      principal: 'events.amazonaws.com',
      sourceArn: RULE,
      sourceAccount: '111111111111',
    });
    assert.deepEqual(bus.log.events, [
      {
        id: 'e1',
        time: '2026-11-22T00:00:00Z',
        source: 'test',
        detailType: 'A test',
        account: '111111111111',
        region: 'eu-west-1',
        rules: [
          { name: 'r', matched: true, target: QUEUE, delivered: true },
          { name: 'r', matched: true, target: FUNCTION, delivered: true },
          { name: 'r2', matched: false, target: null, delivered: false },
        ],
      },
    ]);
  });

  test('of another account or Region, and a rule that is disabled, see nothing', () => {
    const { bus, sent } = createBus();
    bus.put(rule());
    bus.put(rule({ arn: `${RULE}2`, enabled: false }));
    bus.publish(event('e1', { account: '222222222222' }));
    bus.publish(event('e2', { region: 'us-east-1' }));
    assert.deepEqual(sent, []);
  });

  test('sends the constant input of a target in place of the event', () => {
    const { bus, sent } = createBus();
    bus.put(rule({ targets: [target({ input: '{"go":true}' })] }));
    bus.publish(event('e1'));
    assert.deepEqual(sent, [{ to: QUEUE, body: '{"go":true}' }]);
  });

  test('refuses a pattern that is not valid, a rule without a trigger, and a target that is not emulated', () => {
    const { bus } = createBus();
    assert.throws(() => bus.put(rule({ pattern: { source: [] } })), { name: 'InvalidEventPatternException' });
    const { pattern: _pattern, ...untriggered } = rule();
    assert.throws(() => bus.put(untriggered), { name: 'ValidationException' });
    assert.throws(() => bus.put(rule({ targets: [target({ arn: 'arn:aws:sns:eu-west-1:111111111111:t' })] })), {
      name: 'NotImplemented',
    });
  });

  test('fires the event of a schedule', () => {
    const { bus, sent } = createBus();
    const { pattern: _pattern, ...scheduled } = rule({ schedule: 'rate(1 day)', targets: [target({ arn: FUNCTION })] });
    bus.put(scheduled);
    bus.fire(RULE);
    bus.close();
    const { id, time, ...body } = JSON.parse(sent[0]?.body ?? '{}');
    assert.match(`${id} ${time}`, /^[0-9a-f-]{36} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(body, {
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '111111111111',
      region: 'eu-west-1',
      resources: [RULE],
      detail: {},
    });
  });
});

describe('an event that cannot be delivered', () => {
  const hopeless: [code: string, status: number, letter: string][] = [
    ['AccessDenied', 403, 'NO_PERMISSIONS'],
    ['QueueDoesNotExist', 400, 'NO_RESOURCE'],
    ['ResourceNotFoundException', 404, 'NO_RESOURCE'],
    ['InvalidMessageContents', 400, 'SDK_CLIENT_ERROR'],
  ];
  for (const [code, status, letter] of hopeless) {
    test(`for ${code} goes to the dead-letter queue at once`, async () => {
      const { bus, sent, activity } = createBus([new AwsError(code, 'no', status)]);
      bus.put(rule());
      bus.publish(event('e1'));
      assert.ok(await activity.idle(1000));
      const attributes = { RULE_ARN: RULE, TARGET_ARN: QUEUE, ERROR_CODE: letter, ERROR_MESSAGE: 'no' };
      assert.deepEqual(sent, [{ to: DEAD, body: JSON.stringify(event('e1')), attributes }]);
      assert.deepEqual(bus.log.events[0]?.rules, [
        { name: 'r', matched: true, target: QUEUE, delivered: false, error: `${code}: no` },
      ]);
    });
  }

  test('is tried again where that may help', async () => {
    const { bus, sent, activity } = createBus([new AwsError('InternalError', 'busy', 500)]);
    bus.put(rule());
    bus.publish(event('e1'));
    assert.ok(await activity.idle(5000));
    assert.deepEqual(
      sent.map(({ to }) => to),
      [QUEUE],
    );
    assert.equal(bus.log.events[0]?.rules[0]?.delivered, true);
  });

  test('goes to the dead-letter queue when its tries are used up', async () => {
    const busy = new AwsError('InternalError', 'busy', 500);
    const { bus, sent, activity } = createBus([busy, busy]);
    bus.put(rule({ targets: [target({ retryAttempts: 1 })] }));
    bus.publish(event('e1'));
    assert.ok(await activity.idle(5000));
    assert.deepEqual(
      sent.map(({ to, attributes }) => ({ to, attributes })),
      [
        {
          to: DEAD,
          attributes: {
            RULE_ARN: RULE,
            TARGET_ARN: QUEUE,
            ERROR_CODE: 'ERROR_FROM_TARGET',
            ERROR_MESSAGE: 'busy',
            RETRY_ATTEMPTS: '1',
            EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          },
        },
      ],
    );
  });

  test('goes to the dead-letter queue when it is too old, however many tries are left', async () => {
    const busy = new AwsError('InternalError', 'busy', 500);
    const { bus, sent, activity } = createBus([busy, busy], 60_000);
    bus.put(rule({ targets: [target({ maxAgeSeconds: 60 })] }));
    bus.publish(event('e1'));
    assert.ok(await activity.idle(5000));
    assert.deepEqual(sent, [
      {
        to: DEAD,
        body: JSON.stringify(event('e1')),
        attributes: {
          RULE_ARN: RULE,
          TARGET_ARN: QUEUE,
          ERROR_CODE: 'ERROR_FROM_TARGET',
          ERROR_MESSAGE: 'busy',
          RETRY_ATTEMPTS: '1',
          EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
        },
      },
    ]);
  });

  test('is dropped where the dead-letter queue refuses it too, and the log says so', async () => {
    const denied = (message: string) => new AwsError('AccessDenied', message, 403);
    const { bus, sent, activity } = createBus([denied('target'), denied('letters')]);
    bus.put(rule());
    bus.publish(event('e1'));
    assert.ok(await activity.idle(1000));
    assert.deepEqual(sent, []);
    assert.equal(bus.log.events[0]?.rules[0]?.error, 'AccessDenied: target; dead-letter queue: AccessDenied: letters');
  });
});

describe('on demand an event', () => {
  test('is lost', () => {
    const { bus, sent } = createBus();
    bus.put(rule());
    bus.faults.add({ kind: 'lose' }, { when: ({ id }) => id === 'e2' });
    ['e1', 'e2', 'e3'].forEach((id) => bus.publish(event(id)));
    assert.deepEqual(idsOf(sent), ['e1', 'e3']);
  });

  test('comes twice', () => {
    const { bus, sent } = createBus();
    bus.put(rule());
    bus.faults.add({ kind: 'duplicate' }, { times: 2 });
    ['e1', 'e2', 'e3'].forEach((id) => bus.publish(event(id)));
    assert.deepEqual(idsOf(sent), ['e1', 'e1', 'e2', 'e2', 'e3']);
  });

  test('is overtaken by the next one', () => {
    const { bus, sent, activity } = createBus();
    bus.put(rule());
    bus.faults.add({ kind: 'reorder' });
    bus.publish(event('e1'));
    assert.equal(activity.counts.event, 1);
    bus.publish(event('e2'));
    assert.deepEqual([idsOf(sent), activity.counts.event], [['e2', 'e1'], 0]);
  });

  test('comes late, and counts as under way until then', async () => {
    const { bus, sent, activity } = createBus();
    bus.put(rule());
    bus.faults.add({ kind: 'delay', ms: 20 });
    bus.publish(event('e1'));
    bus.publish(event('e2'));
    assert.ok(await activity.idle(1000));
    assert.deepEqual(idsOf(sent), ['e2', 'e1']);
  });
});
