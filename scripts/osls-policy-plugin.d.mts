/** What the plugin needs of osls. */
interface Serverless {
  serviceDir: string;
  service: { custom: { policyFile: string } };
  classes: { Error: new (message: string, code: string) => Error };
}

export default class PolicyPlugin {
  readonly hooks: Record<
    'before:package:createDeploymentArtifacts' | 'before:deploy:function:packageFunction',
    () => Promise<void>
  >;
  constructor(serverless: Serverless);
}
