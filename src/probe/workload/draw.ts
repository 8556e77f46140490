import { PoolctlError } from '../../base/errors.ts';
import type { LoadStatement, LoadValue } from '../../drivers/driver.ts';
import { weightedIndex } from '../../traffic/alias.ts';
import { RandomStream } from '../../traffic/random.ts';
import { lawSampler } from './law-sampler.ts';
import type { ProbeWorkload, Script, ScriptStatement } from './model.ts';

/** What one request sends, in order, BEGIN and COMMIT included. Parts of it may be shared between requests. */
export interface PreparedRequest {
  readonly isTransaction: boolean;
  readonly statements: readonly PreparedStatement[];
}

export interface PreparedStatement {
  readonly statement: LoadStatement;
  readonly values: readonly LoadValue[];
}

export interface Draw {
  next(): PreparedRequest;
}

/** MySQL and MariaDB take BEGIN for START TRANSACTION, so that the requests of all servers look alike. */
const begin: PreparedStatement = { statement: { text: 'BEGIN', prepared: false }, values: [] };
const commit: PreparedStatement = { statement: { text: 'COMMIT', prepared: false }, values: [] };
/** All servers know it in these words. */
const beginReadOnly: PreparedStatement = {
  statement: { text: 'START TRANSACTION READ ONLY', prepared: false },
  values: [],
};
const rollback: PreparedStatement = { statement: { text: 'ROLLBACK', prepared: false }, values: [] };

/** Streams 0 to 15 of a seed are for arrivals and the like; ours follow them. */
const firstStream = 16;

type Samplers = ReadonlyMap<string, () => LoadValue>;

/** Draws requests: a script by its weight, and each of its variables once. The same seed gives the same requests. */
export function createDraw(workload: ProbeWorkload, seed: number): Draw {
  const names = Object.keys(workload.variables).sort();
  const samplers: Samplers = new Map(
    names.flatMap((name, index) => {
      const law = workload.variables[name];
      return law ? [[name, lawSampler(law, new RandomStream(seed, firstStream + 1 + index))]] : [];
    }),
  );
  const makers = workload.scripts.map((script) => requestMaker(script, samplers));
  const [only] = makers;
  if (only === undefined) throw new PoolctlError('VALUE_INVALID', `The workload ${workload.name} has no statement.`);
  if (makers.length === 1) return { next: only };
  const weights = workload.scripts.map(({ weight }) => weight);
  const choose = weightedIndex(weights, new RandomStream(seed, firstStream));
  return { next: () => (makers[choose()] ?? only)() };
}

function requestMaker(script: Script, samplers: Samplers): () => PreparedRequest {
  const { isTransaction, isGuarded, statements } = script;
  const check = script.check === undefined ? [] : [checkStatement(script.check)];
  const names = [...new Set(statements.flatMap(({ parameters }) => parameters))];
  const draws = names.map((name) => samplerOf(name, samplers));
  const parts = statements.map((statement) => partMaker(statement, names));
  const [single] = parts;
  if (draws.length === 0) {
    const request = requestOf(parts.map((part) => part([])));
    return () => request;
  }
  const drawn: LoadValue[] = draws.map(() => null);
  const drawAll = () => {
    for (let index = 0; index < draws.length; index += 1) drawn[index] = draws[index]?.() ?? null;
  };
  if (single && parts.length === 1 && !isTransaction) {
    return () => {
      drawAll();
      return { isTransaction: false, statements: [single(drawn)] };
    };
  }
  return () => {
    drawAll();
    return requestOf(parts.map((part) => part(drawn)));
  };

  function requestOf(middle: readonly PreparedStatement[]): PreparedRequest {
    if (!isTransaction) return { isTransaction, statements: middle };
    if (isGuarded) return { isTransaction, statements: [beginReadOnly, ...middle, ...check, rollback] };
    return { isTransaction, statements: [begin, ...middle, commit] };
  }
}

function checkStatement(text: string): PreparedStatement {
  return { statement: { text, prepared: false, isCheck: true }, values: [] };
}

/** `drawn`: in the order of `names`; it is used again for the next request, so each statement takes its own copy. */
function partMaker(
  { parameters, ...statement }: ScriptStatement,
  names: readonly string[],
): (drawn: readonly LoadValue[]) => PreparedStatement {
  const places = parameters.map((name) => names.indexOf(name));
  if (places.length === 0) {
    const fixed: PreparedStatement = { statement, values: [] };
    return () => fixed;
  }
  const [place = 0] = places;
  if (places.length === 1) return (drawn) => ({ statement, values: [drawn[place] ?? null] });
  return (drawn) => ({ statement, values: places.map((at) => drawn[at] ?? null) });
}

function samplerOf(name: string, samplers: Samplers): () => LoadValue {
  const sampler = samplers.get(name);
  if (sampler) return sampler;
  throw new PoolctlError('VALUE_INVALID', `No values are given for the variable :${name}.`, {
    hint: `Say what it is, such as --var ${name}=int:1..100000.`,
  });
}
