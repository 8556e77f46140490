import { formatCount } from '../../base/units.ts';
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

/** The roll-out that was sized for: so many Pods more for a while, or else one fewer. */
function strategy({ settings: { connectionLimit }, fleet }: EmitInput): string {
  const { instances, processesPerInstance, connections } = fleet;
  const perPod = connectionLimit * processesPerInstance;
  const surge = Math.max(0, Math.round(connections / perPod) - instances);
  const each =
    processesPerInstance > 1 ? `${processesPerInstance} processes x ${connectionLimit}` : `${connectionLimit}`;
  return code`
    # Pods that are shutting down are not counted by Kubernetes, and keep their connections until they are gone.
    strategy:
      type: RollingUpdate
      rollingUpdate:
        maxSurge: ${surge} # ${formatCount(instances + surge, 'Pod')} x ${each} = ${formatCount((instances + surge) * perPod, 'connection')} at the worst minute
        maxUnavailable: ${surge > 0 ? 0 : '1 # because no extra Pod was sized for'}
  `.trimEnd();
}
