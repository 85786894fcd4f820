/** What the plugin needs of osls. */
export interface Serverless {
  processedInput: { commands: string[]; options: { param?: string[] } };
  configurationInput?: { params?: Record<string, Record<string, unknown>> };
  getProvider(name: 'aws'): {
    naming: { getStackName(): string };
    getStage(): string;
    getRegion(): string;
    getAccountId(): Promise<string>;
    getAwsSdkV3Config(): Promise<object>;
  };
  service: {
    custom: { tags?: string };
    resources: { Parameters: object; Resources: object };
    provider: {
      stackParameters?: object[];
      stackTags?: Record<string, string>;
      compiledCloudFormationTemplate?: object;
    };
  };
  classes: { Error: new (message: string, code: string) => Error };
}

/** `force` is osls' own: to deploy what was packaged also where it has not changed. */
export interface Options {
  force?: boolean;
}

export default class DeployPlugin {
  readonly hooks: Record<
    | 'before:package:initialize'
    | 'before:deploy:deploy'
    | 'after:aws:deploy:deploy:createStack'
    | 'before:remove:remove'
    | 'after:remove:remove',
    () => void | Promise<void>
  >;
  constructor(serverless: Serverless, options: Options, tools: { log: { notice(message: string): void } });
}
