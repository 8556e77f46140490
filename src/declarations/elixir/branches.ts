import type { ElixirToken } from './tokens.ts';

/** Whether a stretch of a file counts in production; undefined where something else than the environment decides. */
type InProduction = boolean | undefined;

/** For each token, whether the branches of `if config_env() == :prod do … else … end` that it stands in count in production. */
export function branchesOf(tokens: readonly ElixirToken[]): readonly InProduction[] {
  const open: InProduction[] = [];
  let statement = 0;
  return tokens.map(({ kind, text }, index) => {
    if (kind === 'line') statement = index + 1;
    if (kind === 'name' && text === 'do') open.push(conditionIn(tokens.slice(statement, index)));
    else if (kind === 'name' && text === 'fn') open.push(undefined);
    else if (kind === 'name' && text === 'end') open.pop();
    else if (kind === 'name' && text === 'else') {
      const condition = open.pop();
      open.push(condition === undefined ? undefined : !condition);
    }
    if (open.includes(false)) return false;
    return open.every((condition) => condition === true) ? true : undefined;
  });
}

const environmentIs = /^(if|unless)\(?(?:config_env\(\)|Mix\.env(?:\(\))?|env)(?:(==|!=)(\w+)|in\[([\w,]*)\])\)?$/;

function conditionIn(tokens: readonly ElixirToken[]): InProduction {
  const [, word, sign, one, several] = environmentIs.exec(tokens.map(({ text }) => text).join('')) ?? [];
  if (word === undefined) return undefined;
  const isThere =
    one === undefined ? (several ?? '').split(',').includes('prod') : (one === 'prod') === (sign === '==');
  return isThere === (word === 'if');
}
