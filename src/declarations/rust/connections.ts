import type { DeclaredOption } from '../declared-pool.ts';
import type { Stretch } from '../entry.ts';
import type { CurlyValues } from '../sources/curly-values.ts';
import { readStatementLimit } from '../vocabulary/statement-limit.ts';
import { type Chain, linksOf } from './chains.ts';

/**
 * What the configuration of single connections says beside the pool's own: `connect_timeout` of a Config of
 * tokio-postgres, and a limit of statements, in `options("-c statement_timeout=5000")`, `options([("statement_timeout",
 * "5000")])`, or in SQL for the start of a session.
 */
export function connectionOptions(chains: readonly Chain[], values: CurlyValues): DeclaredOption[] {
  return chains.flatMap((chain) => {
    const links = linksOf(chain);
    const connect = links.filter(({ name, args }) => /^(?:tcp_)?connect_timeout$/.test(name) && args.length === 1);
    const options = links.filter(({ name, args }) => /^(?:options|init)$/.test(name) && args.length === 1);
    return [
      ...connect.flatMap(({ name, args: [first], start, end }) =>
        first ? [optionAt(name, values.of(first), { start, end }, values)] : [],
      ),
      ...options.flatMap(({ start, end }) => statementTimeoutIn({ start, end }, values)),
    ];
  });
}

/** The option at a stretch. */
export function optionAt(
  name: string,
  value: DeclaredOption['value'],
  stretch: Stretch,
  { module }: CurlyValues,
  nameAt: Stretch = stretch,
): DeclaredOption {
  return { name, value, place: module.spanOf(stretch), keyPlace: module.spanOf(nameAt) };
}

/** The limit of statements that a stretch of the code sets by a parameter of the session. */
export function statementTimeoutIn(stretch: Stretch, values: CurlyValues): DeclaredOption[] {
  const { tokens } = values.module;
  return tokens.flatMap((token, index): DeclaredOption[] => {
    if (token.kind !== 'text' || token.start < stretch.start || token.end > stretch.end) return [];
    const beside = tokens[index + 2];
    const isPair = token.text === 'statement_timeout' && tokens[index + 1]?.text === ',' && beside?.kind === 'text';
    const value = isPair
      ? beside.text
      : (readStatementLimit(token.text)?.toString() ??
        /(?:^|\s)(?:-c\s*|--)statement_timeout=(\S+)/.exec(token.text)?.[1]);
    return value === undefined ? [] : [optionAt('statement_timeout', values.literal(value, token), token, values)];
  });
}
