import type {
  AutoDeployment,
  DeploymentTargets,
  ManagedExecution,
  StackInstanceDetailedStatus,
  StackInstanceStatus,
  StackSetOperationAction,
  StackSetOperationPreferences,
  StackSetOperationStatus,
} from '@aws-sdk/client-cloudformation';
import type { Stack } from './stack.ts';
import type { Template } from './template.ts';

/** A service-managed stack set. */
export interface StackSet {
  readonly name: string;
  /** NAME:UUID */
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  body: string;
  template: Template;
  parameters: Readonly<Record<string, string>>;
  autoDeployment: AutoDeployment;
  managedExecution: ManagedExecution;
  description: string | undefined;
  /** Where it was asked to deploy; auto-deployment goes on from there. */
  readonly groups: Group[];
  readonly instances: Map<string, Instance>;
  readonly operations: SetOperation[];
  /** Resolves when the operations so far have ended. */
  queue: Promise<unknown>;
}

export interface Group {
  readonly targets: DeploymentTargets;
  readonly regions: readonly string[];
  readonly overrides: Readonly<Record<string, string>>;
  readonly preferences: StackSetOperationPreferences;
}

export interface Instance {
  readonly account: string;
  readonly region: string;
  readonly overrides: Readonly<Record<string, string>>;
  status: StackInstanceStatus;
  detail: StackInstanceDetailedStatus;
  reason: string | undefined;
  stack: Stack | undefined;
  operationId: string;
}

export interface SetOperation {
  readonly id: string;
  readonly action: StackSetOperationAction;
  readonly preferences: StackSetOperationPreferences;
  readonly startedAt: Date;
  readonly retain: boolean;
  status: StackSetOperationStatus;
  endedAt: Date | undefined;
  readonly results: Result[];
}

export interface Result {
  readonly account: string;
  readonly region: string;
  status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'PENDING';
  reason?: string;
}

export const keyOf = ({ account, region }: Pick<Instance, 'account' | 'region'>): string => `${account} ${region}`;
