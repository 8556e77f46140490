// What the page of `poolctl playground` knows of profiles: the keys that size and simulate read.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** By kind and id, as `compiledProfile` would have them. */
export function profilesOfPage() {
  return {
    pools: shelf('pools', idsOf('pools'), (pool) => pool),
    servers: shelf('servers', idsOf('servers'), serverOf),
    platforms: shelf('platforms', idsOf('platforms'), platformOf),
    drivers: shelf('drivers', idsOf('drivers'), driverOf),
  };
}

const idsOf = (kind) =>
  readdirSync(join(dist, 'profiles/data', kind))
    .map((name) => name.replace(/\.json$/, ''))
    .sort();
const read = (kind, id) => JSON.parse(readFileSync(join(dist, 'profiles/data', kind, `${id}.json`), 'utf8'));
const shelf = (kind, ids, pick) => Object.fromEntries(ids.map((id) => [id, pick(read(kind, id))]));

function pick(object, keys) {
  return Object.fromEntries(keys.filter((key) => object?.[key] !== undefined).map((key) => [key, object[key]]));
}

function serverOf({ sources = {}, classes, steps, memoryPerConnection, ...server }) {
  const picked = {
    ...pick(server, ['engine', 'maxConnections', 'reserved', 'login']),
    ...(memoryPerConnection && {
      memoryPerConnection: pick(memoryPerConnection, ['typical', 'low', 'high', 'source']),
    }),
    ...(classes && {
      classes: { ...pick(classes, ['source', 'confidence']), rows: classes.rows.map(rowOf) },
    }),
    ...(steps && {
      steps: { ...pick(steps, ['source', 'confidence', 'unit', 'className']), rows: steps.rows.map(rowOf) },
    }),
  };
  const said = JSON.stringify(picked);
  const cited = Object.entries(sources).filter(([key]) => said.includes(JSON.stringify(key)));
  return { ...picked, sources: Object.fromEntries(cited.map(([key, { ref }]) => [key, { ref }])) };
}

const rowOf = (row) => pick(row, ['class', 'from', 'vcpu', 'maxConnections', 'source']);

const platformOf = (platform) => pick(platform, ['title', 'rollouts', 'instances', 'concurrency', 'connectionLimits']);

/** Settings that a snippet may lack, and what keeps connections idle. */
const concepts = ['queueLimit', 'acquireTimeout', 'connectTimeout', 'queryTimeout', 'minIdle', 'idleTimeout'];

function driverOf({ options, behaviour, ...driver }) {
  const ofOptions = Object.entries(pick(options, concepts)).map(([concept, option]) => [
    concept,
    pick(option, ['option', 'perCall', 'default', 'zero', 'needs', 'note']),
  ]);
  const facts = Object.entries(behaviour ?? {}).map(([fact, of]) => [fact, withoutProof(of)]);
  return {
    ...pick(driver, ['engines', 'wraps', 'versions']),
    options: Object.fromEntries(ofOptions),
    ...(behaviour && { behaviour: Object.fromEntries(facts) }),
  };
}

/** How a fact is told and proved is for `profiles show`. */
function withoutProof(fact) {
  if (Array.isArray(fact)) return fact.map(withoutProof);
  const { text: _, verified: __, ...told } = fact;
  return told;
}
