/** Messages kept for `/_local/notifications`; the oldest go first. */
const KEPT_NOTIFICATIONS = 10_000;

/** One published message and where it went. */
export interface Notification {
  readonly id: string;
  readonly time: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly deliveries: Delivery[];
}

export interface Delivery {
  readonly protocol: string;
  readonly endpoint: string;
  readonly delivered: boolean;
  /** Why it was not. */
  readonly error?: string;
}

/** What was published to every topic, the newest last. */
export class Notifications {
  #kept: Notification[] = [];

  add(notification: Notification): void {
    this.#kept.push(notification);
    if (this.#kept.length > KEPT_NOTIFICATIONS) this.#kept.shift();
  }

  list(): readonly Notification[] {
    return this.#kept;
  }
}
