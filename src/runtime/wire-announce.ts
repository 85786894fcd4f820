import { createChangeLog } from '../aws/ledger/change-log.ts';
import { createEventBus } from '../aws/channel/event-bus.ts';
import { createFindings } from '../aws/channel/findings.ts';
import { createToldMemory } from '../aws/ledger/told-memory.ts';
import { createTopic } from '../aws/channel/topic.ts';
import type { AnnounceDeps } from '../remediation/announce-change.ts';
import { createAnnounceClients } from './announce-clients.ts';
import { readSettings } from './config.ts';
import type { Process } from './process.ts';

/** The function announce-change, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireAnnounce(process: Process): AnnounceDeps {
  const settings = readSettings([
    'ACCOUNT_ID',
    'AWS_REGION',
    'LEDGER_TABLE',
    'NOTIFY_TOPIC_ARN',
    'PARTITION',
    'SECURITY_HUB',
  ]);
  const { LEDGER_TABLE: table, NOTIFY_TOPIC_ARN: topicArn, PARTITION: partition } = settings;
  const clients = createAnnounceClients(settings.AWS_REGION);
  return {
    account: settings.ACCOUNT_ID,
    region: settings.AWS_REGION,
    changeLog: createChangeLog(clients.dynamoDb(), table),
    memory: createToldMemory(clients.dynamoDb(), table),
    eventBus: createEventBus(clients.eventBridge(), partition),
    ...(topicArn === 'none' ? {} : { topic: createTopic(clients.sns(), topicArn) }),
    ...(settings.SECURITY_HUB === 'off'
      ? {}
      : { findings: createFindings(clients.securityHub(), { partition, now: () => new Date() }) }),
    log: process.log,
  };
}
