/** Who calls. Without a role the caller is an administrator of its own account and no policy restricts it. */
export interface Caller {
  readonly accountId: string;
  readonly accessKeyId: string;
  /** arn:aws:iam::A:root, or arn:aws:sts::A:assumed-role/NAME/SESSION */
  readonly arn: string;
  /** A request without any credentials: of no account, let in by a public policy or access control list alone. */
  readonly isAnonymous?: true;
  readonly role?: {
    readonly arn: string;
    readonly name: string;
    readonly sessionName: string;
    /** The role was deleted since, whatever has its name now. */
    readonly isDeleted?: true;
  };
}

/** One request after its envelope was read: what every operation gets beside its input. */
export interface Call {
  /** The id of the service definition, for example `s3` or `s3control`. */
  readonly service: string;
  readonly operation: string;
  /** The Region of the endpoint, read from the signature's scope. */
  readonly region: string;
  readonly caller: Caller;
  readonly requestId: string;
  readonly time: Date;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly referer?: string;
  /** X-Amzn-Trace-Id, with which a function's SDK passes on in which chain of requests it runs. */
  readonly traceHeader?: string;
  /** Set where a service acts for the caller, for example kms:ViaService s3.eu-west-1.amazonaws.com. */
  readonly viaService?: string;
}
