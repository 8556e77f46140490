import { YAMLMap } from 'yaml';
import type { JobKind, ShardJob } from './kind.ts';
import { manifestDocument, manifestText } from './manifest.ts';
import { shardNeeds } from './needs.ts';

/** Containers of one machine: a service for each shard, because replicas do not know which they are. */
export const compose: JobKind = {
  title: 'a service for each shard, on one machine',
  write(job) {
    const { plan } = job;
    const document = manifestDocument({ name: `poolctl-${plan.id}` });
    const shard = document.createNode(shared(job));
    document.set('x-shard', shard);
    const alias = () => document.createAlias(shard, 'shard');
    const services = new YAMLMap();
    for (let number = 1; number <= plan.shards; number += 1) {
      services.set(`shard-${number}`, document.createNode({ '<<': alias(), command: command(number, plan.shards) }));
    }
    document.set('services', services);
    document.set('secrets', { 'probe.env': { file: './probe.env' } });
    return manifestText(document, manual(job));
  },
};

function shared({ plan, planFile, image }: ShardJob) {
  const { graceSeconds } = shardNeeds(plan);
  return {
    image: literal(image),
    user: '1000:1000',
    restart: 'no',
    stop_grace_period: `${graceSeconds}s`,
    environment: { POOLCTL_URL_FILE: '/run/secrets/probe.env' },
    secrets: ['probe.env'],
    volumes: [
      { type: 'bind', source: literal(bindSource(planFile)), target: '/plan.json', read_only: true },
      { type: 'bind', source: './results', target: '/results' },
    ],
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  };
}

function command(number: number, of: number): string[] {
  const shard = ['--shard', `${number}/${of}`, '--save', `/results/shard-${number}.json`];
  return ['poolctl', 'probe', '--plan', '/plan.json', ...shard, '--no-progress'];
}

/** Compose takes a name without a slash for that of a volume. */
function bindSource(path: string): string {
  return /^(?:\/|\.\.?\/)/.test(path) ? path : `./${path}`;
}

/** Compose puts variables in where a dollar stands alone. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function manual({ plan }: ShardJob): string[] {
  return [
    `Written by poolctl probe --emit-job compose: ${plan.shards} shards of plan ${plan.id}.`,
    'The image is one that has poolctl in it. Change user to your own (id -u, id -g): it',
    'reads probe.env and writes results. localhost in the DSN would be the container.',
    '',
    'probe.env, which only you may read, has one line: DATABASE_URL=…',
    '  mkdir -p results',
    '  docker compose --project-directory . -f job.yaml up --no-color',
    '  docker compose --project-directory . -f job.yaml down',
    '  poolctl report --shards results/shard-*.json',
  ];
}
