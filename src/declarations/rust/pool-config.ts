import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import type { CurlyExpression, CurlyField } from '../sources/curly-expression.ts';
import type { CurlyValues } from '../sources/curly-values.ts';
import { type Chain, linksOf, rustChainOf } from './chains.ts';
import { optionAt, statementTimeoutIn } from './connections.ts';

/** What a PoolConfig of deadpool says, or its Timeouts: `PoolConfig::new(16)`, `PoolConfig { max_size: 16, … }`. */
export function poolConfigOptions(
  expression: CurlyExpression,
  values: CurlyValues,
  isTimeouts = false,
): DeclaredOption[] {
  const config = unwrapped(expression, values);
  if (config.kind === 'object')
    return config.fields.flatMap((field) => ofField(field, isTimeouts ? 'timeouts.' : '', values));
  const chain = rustChainOf(config);
  const [first] = chain?.args ?? [];
  if (!chain || !first) return [];
  if (/(?:^|\.)PoolConfig\.new$/.test(chain.path)) return [optionAt('max_size', values.of(first), first, values)];
  if (!/(?:^|\.)Timeouts\.wait_millis$/.test(chain.path)) return [];
  const wait = values.of(first);
  return [
    optionAt('timeouts.wait', wait.kind === 'known' ? { ...wait, value: `${wait.value}ms` } : wait, first, values),
  ];
}

function ofField({ name, nameAt, value }: CurlyField, prefix: string, values: CurlyValues): DeclaredOption[] {
  if (name === 'timeouts') return poolConfigOptions(value, values, true);
  if (!/^(?:max_size|timeouts\.(?:wait|create|recycle))$/.test(prefix + name)) return [];
  return [optionAt(prefix + name, values.of(value), { start: nameAt.start, end: value.end }, values, nameAt)];
}

/** What `Some(…)` has in it, followed through names. */
function unwrapped(expression: CurlyExpression, values: CurlyValues): CurlyExpression {
  const followed = values.followed(expression);
  const [inner] =
    followed.kind === 'call' && followed.of.kind === 'path' && followed.of.path === 'Some' ? followed.args : [];
  return inner ? values.followed(inner) : followed;
}

/** The pools of deadpool that `create_pool` makes of a Config, by what is set on it in the same function. */
export function configuredPools(chains: readonly Chain[], values: CurlyValues): DeclaredPool[] {
  return chains.flatMap((chain): DeclaredPool[] => {
    const making = linksOf(chain).find(({ name }) => name === 'create_pool');
    const [config = '', ...rest] = chain.path.split('.').slice(0, -1);
    if (!making || rest.length > 0 || !/\bdeadpool_postgres\b/.test(values.module.text)) return [];
    const origin = values.bindingOf(config, chain.start)?.value;
    const bound = [...values.module.bindings.values()]
      .flat()
      .filter(({ path, within }) => within === chain.within && path.startsWith(`${config}.`));
    const options = bound.flatMap(({ path, nameAt, value }) => {
      const name = path.slice(config.length + 1);
      if (name === 'pool') return poolConfigOptions(value, values);
      return name === 'connect_timeout' || name === 'options' ? ofConnection(name, { nameAt, value }, values) : [];
    });
    const fields = origin?.kind === 'object' ? origin.fields : [];
    const isSeen =
      origin?.kind === 'object' || (origin && /(?:^|\.)Config\.(?:new|default)$/.test(rustChainOf(origin)?.path ?? ''));
    return [
      {
        library: 'deadpool',
        engine: 'postgres',
        place: values.module.spanOf(chain),
        made: 'Config::create_pool',
        ...(chain.kept !== undefined && { name: chain.kept }),
        options: [
          ...options,
          ...fields.flatMap(({ name, nameAt, value }) =>
            name === 'pool' ? poolConfigOptions(value, values) : ofConnection(name, { nameAt, value }, values),
          ),
        ],
        ...(!isSeen && { opaque: `the configuration comes from elsewhere (${config})` }),
        lives: chain.within ? 'instance' : 'module',
      },
    ];
  });
}

function ofConnection(
  name: string,
  { nameAt, value }: Pick<CurlyField, 'nameAt' | 'value'>,
  values: CurlyValues,
): DeclaredOption[] {
  const stretch = { start: nameAt.start, end: value.end };
  if (name === 'connect_timeout') return [optionAt(name, values.of(value), stretch, values, nameAt)];
  return name === 'options' ? statementTimeoutIn(stretch, values) : [];
}
