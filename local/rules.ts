/** What events/ knows of the rules of a bus. */
export interface Rule {
  /** arn:aws:events:REGION:ACCOUNT:rule/NAME, or rule/BUS/NAME on another bus than the default one. */
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** The name of its bus. */
  readonly bus: string;
  readonly pattern?: unknown;
  /** rate(n minutes|hours|days) */
  readonly schedule?: string;
  readonly enabled: boolean;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly id: string;
  /** ARN of a queue, of a function, or of another bus. */
  readonly arn: string;
  /** The role under which a bus is reached. */
  readonly roleArn?: string;
  /** A constant that is sent in place of the event. */
  readonly input?: string;
  /** The message group in a queue: a constant, or a path into the event ($.account). */
  readonly messageGroupId?: string;
  readonly retryAttempts: number;
  readonly maxAgeSeconds: number;
  readonly deadLetterArn?: string;
}
