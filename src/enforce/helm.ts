import { jsonText } from '../base/clean.ts';
import type { ServiceQuota } from '../budget/quota.ts';
import { remarks } from '../emit/parts/amounts.ts';
import { kubernetesKindOf } from './kubernetes-objects.ts';
import { checkName } from './names.ts';
import { workedOut } from './sum.ts';
import type { EnforceFile, EnforceInput, EnforceTarget } from './target.ts';

/** For the chart of each service: values, and a schema that `helm template` and `helm install` hold them to. */
export const helm: EnforceTarget = {
  title: 'Helm values and values.schema.json',
  write(input) {
    const services = [...new Set(input.quotas.filter(isPerhapsOfChart).map(({ service }) => service))];
    const others = new Set(input.quotas.filter((quota) => !isPerhapsOfChart(quota)).map(nameAndKind));
    return {
      files: services.flatMap((service) => chartFiles(service, input)),
      notes: others.size > 0 ? [`Not for Helm: ${[...others].join(', ')}.`] : [],
    };
  },
};

/** Objects of Kubernetes, and what nobody says the kind of. */
function isPerhapsOfChart({ kind }: ServiceQuota): boolean {
  return kind === undefined || kind === 'service' || kubernetesKindOf(kind) !== undefined;
}

function nameAndKind({ service, kind }: ServiceQuota): string {
  return `${service} (${kind})`;
}

function chartFiles(service: string, { quotas, from }: EnforceInput): EnforceFile[] {
  const name = checkName(
    'service',
    service,
    /^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/,
    'Helm',
    'letters, digits, "-", "_" and "."',
  );
  const rows = quotas.filter((quota) => quota.service === service);
  const [tightest] = [...rows].sort((one, other) => one.mostInstances - other.mostInstances);
  if (!tightest) return [];
  return [
    { path: `${name}/values.poolctl.yaml`, text: values(rows, tightest, from) },
    { path: `${name}/values.schema.json`, text: `${jsonText(schema(rows, tightest, from), 2)}\n` },
  ];
}

function values(rows: readonly ServiceQuota[], { mostInstances, surgeInstances }: ServiceQuota, from: string): string {
  const own = rows.map(({ server, quota, pool, processes }) =>
    [
      `    ${JSON.stringify(server)}:`,
      `      connections: ${quota}`,
      `      pool: ${pool} # of one process`,
      `      processes: ${processes}`,
    ].join('\n'),
  );
  return `${remarks('#', [
    `Written by poolctl fleet from ${from}: helm upgrade -f values.poolctl.yaml`,
    ...rows.map((row) => `${row.server}: ${workedOut(row)}`),
    'values.schema.json beside Chart.yaml holds replicaCount, autoscaling.maxReplicas and the pools to it.',
  ])}
poolctl:
  mostInstances: ${mostInstances}
  surgeInstances: ${surgeInstances}
  quotas:
${own.join('\n')}
`;
}

/** Draft 7, which Helm 3 and 4 read. What else a chart has is its own matter. */
function schema(rows: readonly ServiceQuota[], { mostInstances, surgeInstances }: ServiceQuota, from: string): object {
  const sums = rows.map((row) => `${row.server}: ${workedOut(row)}`).join('; ');
  const held = `the quotas hold for ${mostInstances} (${sums})`;
  const number = (maximum: number, description: string) => ({ type: 'integer', minimum: 0, maximum, description });
  const pools = Object.fromEntries(
    rows.map(({ server, pool, processes }) => [
      server,
      {
        type: 'object',
        properties: {
          pool: number(pool, `Connections of one process; the quota was worked out with ${pool}.`),
          processes: number(processes, `Processes of an instance; the quota was worked out with ${processes}.`),
        },
      },
    ]),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: `Written by poolctl fleet from ${from}.`,
    type: 'object',
    properties: {
      replicaCount: number(mostInstances, `Instances; ${held}.`),
      autoscaling: {
        type: 'object',
        properties: { maxReplicas: number(mostInstances, `The autoscaler's most; ${held}.`) },
      },
      strategy: {
        type: 'object',
        properties: {
          rollingUpdate: {
            type: 'object',
            properties: {
              maxSurge: {
                anyOf: [
                  number(surgeInstances, `Instances that a roll-out adds; the quotas hold for ${surgeInstances}.`),
                  { type: 'string', pattern: percentPattern(mostInstances, surgeInstances) },
                ],
              },
            },
          },
        },
      },
      poolctl: { type: 'object', properties: { quotas: { type: 'object', properties: pools } } },
    },
  };
}

/** Percentages of `most` that round up to no more than `surge`. */
function percentPattern(most: number, surge: number): string {
  const highest = most === 0 ? 100 : Math.min(100, Math.floor((100 * surge) / most));
  const allowed = Array.from({ length: highest + 1 }, (_, percent) => percent);
  return `^(${allowed.join('|')})%$`;
}
