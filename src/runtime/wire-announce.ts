import { createAnnouncedMemory, createChangeLog } from '../aws/ledger/change-log.ts';
import { createEventBus } from '../aws/channel/event-bus.ts';
import { createFindings } from '../aws/channel/findings.ts';
import { createTopic } from '../aws/channel/topic.ts';
import { present } from '../present.ts';
import type { AnnounceDeps } from '../remediation/announce-change.ts';
import { createAnnounceClients } from './clients.ts';
import { readSettings } from './config.ts';
import type { Process } from './process.ts';

/** The function announce-change, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireAnnounce(process: Process): AnnounceDeps {
  const settings = readSettings(['AWS_REGION', 'LEDGER_TABLE', 'NOTIFY_TOPIC_ARN', 'PARTITION', 'SECURITY_HUB']);
  const { LEDGER_TABLE: table, NOTIFY_TOPIC_ARN: topicArn, PARTITION: partition } = settings;
  const clients = createAnnounceClients(settings.AWS_REGION);
  return {
    changeLog: createChangeLog(clients.dynamoDb(), table),
    memory: createAnnouncedMemory(clients.dynamoDb(), table),
    eventBus: createEventBus(clients.eventBridge(), partition),
    ...present({
      topic: topicArn === 'none' ? undefined : createTopic(clients.sns(), topicArn),
      findings:
        settings.SECURITY_HUB === 'off'
          ? undefined
          : createFindings(clients.securityHub(), { partition, now: () => new Date() }),
    }),
    log: process.log,
  };
}
