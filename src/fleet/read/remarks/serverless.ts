import type { FleetFinding } from '../../../budget/answer.ts';
import { leastOf } from '../../../budget/service-demand.ts';
import type { JoinedFleet, JoinedService } from '../model.ts';

/** More idle connections of one function than it has work for: it serves one request at a time, or a few. */
const many = 5;

/** Functions that nothing bounds, and that keep more connections than they use. */
export function serverlessRemarks({ joined, servers }: JoinedFleet): FleetFinding[] {
  const functions = joined.filter(
    ({ found, service }) =>
      found.deployed.some(({ kind }) => kind === 'Lambda function' || kind === 'Vercel functions') ||
      /^(?:vercel|aws-lambda)$/.test(service.kind),
  );
  return functions.flatMap((one) => [...unboundedOf(one, servers), ...largeOf(one)]);
}

function unboundedOf({ found, service }: JoinedService, servers: JoinedFleet['servers']): FleetFinding[] {
  const { most } = service.instances;
  const shares = most.kind === 'known' && /concurrency of/i.test(most.from ?? '');
  if (!shares) return [];
  return service.pools.map((pool): FleetFinding => {
    const server = servers.find(({ name }) => name === pool.to);
    const connections = most.value * leastOf(pool.size);
    const isOver = server?.limit.kind === 'limit' && connections > server.limit.maxConnections;
    const count = found.deployed.length;
    return {
      id: 'serverless-unbounded',
      severity: isOver && server.isBudgeted ? 'error' : 'warning',
      text: `${service.name}: ${count} ${count === 1 ? 'function shares' : 'functions share'} the ${most.value} concurrent executions that the account has: up to ${connections} connections to ${pool.to}.`,
      hint: 'Reserve concurrency for each function, so that it has a bound of its own.',
      ...{ server: pool.to, service: service.name, ...(service.place && { place: service.place }) },
    };
  });
}

function largeOf({ service }: JoinedService): FleetFinding[] {
  return service.pools.flatMap((pool): FleetFinding[] => {
    if (pool.size.kind !== 'known' || pool.size.value <= many) return [];
    return [
      {
        id: 'serverless-pool',
        severity: 'warning',
        text: `${service.name}: each function keeps up to ${pool.size.value} connections while it waits for its next request.`,
        hint: 'One or two are enough for a function that serves one request at a time.',
        ...{ server: pool.to, service: service.name, ...(pool.place && { place: pool.place }) },
      },
    ];
  });
}
