import { PoolctlError } from '../base/errors.ts';
import { type DeclaredEntry, refuseFile } from './entry.ts';
import { type FoundSetting, readSetting, type SettingCandidate, type Source } from './found-setting.ts';
import { type KnownOption, optionsOf } from './options.ts';
import { defaultOf } from './setting.ts';

/**
 * The pool with what its library opens on top of it by a second option, given or by default: max_overflow of SQLAlchemy.
 * @throws PoolctlError INPUT_INVALID or INPUT_MISSING where that has no limit, or cannot be seen
 */
export function withAdditions(pool: FoundSetting, given: readonly SettingCandidate[], source: Source): FoundSetting {
  const options = optionsOf(source.profile).filter(({ adds, concept }) => adds && concept === 'connectionLimit');
  return options.reduce((sum, option) => {
    const entry = given.find((candidate) => candidate.option.name === option.name)?.entry;
    const amount = entry ? amountIn(entry, option, source) : amountByDefault(option, source);
    if (amount === 0) return sum;
    const from = entry ? `line ${entry.line}` : 'by default';
    return { ...sum, value: sum.value + amount, onTop: `${option.name} ${amount}, ${from}` };
  }, pool);
}

function amountIn(entry: DeclaredEntry, option: KnownOption, source: Source): number {
  const meaning = readSetting({ entry, option }, source)?.meaning;
  if (meaning?.kind === 'amount') return meaning.amount;
  const why = meaning === undefined ? `is not known: ${entry.unknown}` : 'sets no limit to the connections';
  const hint = 'Put the number in its place, or write the pool by hand: `poolctl emit NAME --connection-limit 20`.';
  throw refuseFile(source.spelling.file, entry.line, `${option.name} ${why}.`, hint);
}

function amountByDefault(option: KnownOption, { opaque, version, spelling }: Source): number {
  const meaning = opaque === undefined ? defaultOf(option, version) : undefined;
  if (meaning?.kind === 'amount') return meaning.amount;
  throw new PoolctlError('INPUT_MISSING', `${spelling.file} does not show ${option.name} of the pool: ${opaque}.`, {
    hint: 'Put the number in its place, or write the pool by hand: `poolctl emit NAME --connection-limit 20`.',
  });
}
