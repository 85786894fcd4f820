/** What the plugin needs of osls. */
interface Serverless {
  service: {
    /** `tags` comes from osls-deploy-plugin.mjs. */
    custom: { tags: string };
    provider: {
      stackTags?: Record<string, string>;
      compiledCloudFormationTemplate: {
        Resources: Record<string, CompiledResource>;
        Parameters?: object;
        Conditions?: object;
      };
      coreCloudFormationTemplate: { Parameters?: object; Conditions?: object };
    };
  };
  classes: { Error: new (message: string, code: string) => Error };
}

interface CompiledResource {
  Type: string;
  Properties?: Record<string, unknown>;
}

export function completeResources(
  resources: Record<string, CompiledResource>,
  tags: Readonly<Record<string, string>>,
): void;

/** Adds a Deny of copies to the policy of the bucket that osls makes, where it is there. */
export function shutToCopies(resources: Record<string, CompiledResource>): void;

export function readTags(text: string): Record<string, string>;

export default class EveryResourcePlugin {
  readonly hooks: Record<
    'before:package:initialize' | 'after:aws:package:finalize:mergeCustomProviderResources',
    () => void
  >;
  constructor(serverless: Serverless);
}
