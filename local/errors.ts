/** An error as an AWS service would answer it. `code` and `status` go on the wire, `fields` into the error's body. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    status = 400,
    extra: { fields?: Record<string, string>; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = extra.fields ?? {};
    this.headers = extra.headers ?? {};
  }
}

/** 501 by name: a known gap is never answered with a false success. docs/local.md lists them. */
export function notEmulated(what: string): AwsError {
  return new AwsError(
    'NotImplemented',
    `${what} is known to AWS and not emulated here (docs/local.md lists the gaps)`,
    501,
  );
}
