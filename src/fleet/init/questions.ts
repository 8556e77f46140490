import type { BudgetServer, BudgetService, FleetCount, FleetModel, UnknownCount } from '../../budget/model.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';

/** What no file says, and the owner can: a field of fleet.yaml that waits for its value. */
export interface OpenQuestion {
  readonly section: 'servers' | 'poolers' | 'services';
  /** The server, pooler or service. */
  readonly name: string;
  /** The field of its entry that settles it: "maxConnections", "instances.max", "pools". */
  readonly field: string;
  /** A value as an example, as fleet.yaml takes it; of a list, one item. */
  readonly example: string;
  readonly question: string;
  /** Why it is not known, where that is more than that no file says it: "it is in a Secret". */
  readonly why?: string;
  readonly place?: SourceSpan;
}

/** Everything of a fleet that nobody has said, servers first. */
export function openQuestions({ servers, services }: FleetModel): readonly OpenQuestion[] {
  return [
    ...servers.flatMap(ofServer),
    ...services.flatMap((service) =>
      service.pooler === undefined ? ofService(service) : ofPooler(service, service.pooler),
    ),
  ];
}

function ofServer({ name, counts, limit, engine }: BudgetServer): readonly OpenQuestion[] {
  if (limit.kind === 'limit') return [];
  if (counts === 'pooler clients')
    return [
      ask(
        'poolers',
        name,
        'clientLimit',
        '1000',
        'How many clients does a process of it take (max_client_conn)?',
        limit,
      ),
    ];
  const statement =
    engine === 'mysql' || engine === 'mariadb' ? "SHOW VARIABLES LIKE 'max_connections'" : 'SHOW max_connections';
  return [
    ask('servers', name, 'maxConnections', '100', `How many connections does it allow? Ask it: ${statement}`, limit),
  ];
}

function ofPooler(service: BudgetService, name: string): readonly OpenQuestion[] {
  return service.pools.flatMap(({ size }) =>
    unknown(size, (why) =>
      ask('poolers', name, 'pairs', '2', 'How many pairs of database and user does it serve?', why),
    ),
  );
}

function ofService({ name, pools, instances, processes }: BudgetService): readonly OpenQuestion[] {
  return [
    ...pools.flatMap(({ to, size }) =>
      unknown(size, (why) =>
        ask(
          'services',
          name,
          'pools',
          `{to: ${yamlName(to)}, connectionLimit: 10}`,
          `How many connections may one process open to ${to}?`,
          why,
        ),
      ),
    ),
    ...unknown(instances.most, (why) =>
      ask('services', name, 'instances.max', '10', 'How many instances run at most?', why),
    ),
    ...unknown(processes, (why) =>
      ask('services', name, 'instances.processes', '1', 'How many processes with pools has one instance?', why),
    ),
  ];
}

function unknown(count: FleetCount, question: (why: UnknownCount) => OpenQuestion): readonly OpenQuestion[] {
  return count.kind === 'unknown' ? [question(count)] : [];
}

function ask(
  section: OpenQuestion['section'],
  name: string,
  field: string,
  example: string,
  question: string,
  { why, place }: UnknownCount,
): OpenQuestion {
  return { section, name, field, example, question, ...(isReason(why) && { why }), ...(place && { place }) };
}

function isReason(why: string): boolean {
  return !/^(?:no file|nobody) says how /.test(why);
}

/** A name or a path as YAML takes it, in a map of one line too. */
export function yamlName(name: string): string {
  const isPlain = /^(?:\.{1,2}|\.{0,2}\/?[A-Za-z_][\w./-]*)$/.test(name);
  const isOther = /^(?:true|false|null|yes|no|on|off|y|n|\.nan|\.inf)$/i.test(name);
  return isPlain && !isOther ? name : JSON.stringify(name);
}
