import { formatCount } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { environment } from '../parts/environment.ts';
import type { EmitInput, Target } from '../target.ts';

export const kubernetes: Target = {
  title: 'Kubernetes',
  language: 'yaml',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'env',
  instead: {},
  warnings,
  render: (input) => code`
    ${remarks('#', input.why)}
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-pool
    data:
      ${environment(input.settings)
        .map(({ name, value, means }) => `# ${means}\n${name}: "${value}"`)
        .join('\n')}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: app
    spec:
      replicas: ${input.fleet.instances}
      ${strategy(input)}
      selector:
        matchLabels:
          app: app
      template:
        metadata:
          labels:
            app: app
        spec:
          containers:
            - name: app
              image: app # yours
              envFrom:
                - configMapRef:
                    name: app-pool
                - secretRef:
                    name: app-db # yours: DB_HOST, DB_PORT, DB_USERNAME, DB_PASSWORD, DB_DATABASE
  `,
};

/** The roll-out that was sized for: so many Pods more for a while, or else one fewer. Where nothing was sized, one more. */
function surgeOf({ settings: { connectionLimit }, fleet }: EmitInput): number {
  if (fleet.isAssumed) return 1;
  const pods = Math.round(fleet.connections / (connectionLimit * fleet.processesPerInstance));
  return Math.max(0, pods - fleet.instances);
}

function strategy(input: EmitInput): string {
  const { settings, fleet } = input;
  const { instances, processesPerInstance } = fleet;
  const perPod = settings.connectionLimit * processesPerInstance;
  const surge = surgeOf(input);
  const each = `${processesPerInstance > 1 ? `${processesPerInstance} processes x ` : ''}${settings.connectionLimit}`;
  return code`
    # Pods that are shutting down are not counted by Kubernetes, and keep their connections until they are gone.
    strategy:
      type: RollingUpdate
      rollingUpdate:
        maxSurge: ${surge} # ${formatCount(instances + surge, 'Pod')} x ${each} = ${formatCount((instances + surge) * perPod, 'connection')} at the worst minute
        maxUnavailable: ${surge > 0 ? 0 : '1 # because no extra Pod was sized for'}
  `.trimEnd();
}

function warnings(input: EmitInput): Warning[] {
  const { settings, fleet } = input;
  if (fleet.instances > 1 || surgeOf(input) > 0) return [];
  const perPod = settings.connectionLimit * fleet.processesPerInstance;
  return [
    {
      code: 'DEPLOY_WITH_OUTAGE',
      message: `Kubernetes: with one Pod and none to spare for the roll-out, every deploy is an outage: the Pod is stopped before the new one is ready.`,
      hint: `\`size --surge 1\` makes room for a second Pod: ${formatCount(2 * perPod, 'connection')} at the worst minute.`,
    },
  ];
}
