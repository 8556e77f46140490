import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { PoolSettings } from '../size/input.ts';
import { withAdditions } from './additions.ts';
import { isTime } from './amount.ts';
import { type Settable, settable } from './concepts.ts';
import { contradiction, type DeclaredEntry, shownKey } from './entry.ts';
import {
  type Beside,
  type FoundSetting,
  foundBase,
  mainOptionOf,
  type Outcome,
  type ReadSetting as Read,
  readSetting,
  type SettingCandidate,
  type Source,
  type Unkept,
} from './found-setting.ts';
import { leastLimit, noWaiting, refusesAtOnce, saysAtOnce, waitersOf } from './further-limits.ts';
import type { Meaning } from './meaning.ts';
import type { KnownOption } from './options.ts';
import type { DirectSetting } from './reader.ts';
import { defaultOf } from './setting.ts';

export interface Settled {
  readonly settings: PoolSettings;
  readonly found: readonly FoundSetting[];
  readonly unkept: readonly Unkept[];
}

/** The defaults of `poolctl emit`. */
const fallback = { queueLimit: 0, acquireTimeout: 30_000, connectTimeout: 10_000 } as const;

const insteads: Readonly<Record<Exclude<Settable, 'connectionLimit'>, string>> = {
  queueLimit: 'any number may wait in the snippet',
  acquireTimeout: 'the snippet has 30 s',
  connectTimeout: 'the snippet has 10 s',
  queryTimeout: 'the snippet has none',
};

/** A system without such an option has no limit: it refuses no request, and none gives up. */
const withoutOption: Readonly<Partial<Record<Settable, Meaning>>> = {
  queueLimit: { kind: 'unlimited' },
  acquireTimeout: { kind: 'unlimited' },
};

/** The settings of the pool: from the file, or else by the defaults of its system, so that a pool stays what it was. */
export function settle(candidates: readonly SettingCandidate[], beside: Beside, source: Source): Settled {
  const found = new Map<Settable, FoundSetting>();
  const unkept: Unkept[] = [];
  const keep = ({ found: settled, unkept: lost }: Outcome) => {
    if (settled) found.set(settled.setting, settled);
    unkept.push(...lost);
  };
  for (const setting of settable) {
    const direct = (beside.direct ?? []).filter(({ concept }) => concept === setting);
    // A queue that the code keeps itself, and not its driver, is the one that counts.
    const isKept = setting === 'queueLimit' && direct.length > 0;
    const own = isKept ? [] : candidates.filter(({ option }) => option.concept === setting);
    const reads = [...own.flatMap((candidate) => readSetting(candidate, source) ?? []), ...direct.map(readDirect)];
    const unknown = own.filter(({ entry }) => entry.unknown !== undefined);
    keep(unknown.length > 0 ? unknownOne(setting, unknown, source) : settledOne(setting, reads, source));
    const pool = setting === 'connectionLimit' ? found.get(setting) : undefined;
    if (pool) keep(leastLimit(withAdditions(pool, beside.additions ?? [], source), beside.limits ?? []));
    if (setting === 'queueLimit') for (const outcome of waitersOf(found, own, beside, source)) keep(outcome);
  }
  const atOnce = refusesAtOnce(candidates, source);
  if (atOnce) keep({ found: noWaiting(atOnce), unkept: [] });
  return { settings: settingsOf(found), found: [...found.values()], unkept };
}

function settledOne(setting: Settable, reads: readonly Read[], source: Source): Outcome {
  const { found, unkept } = settleOne(setting, reads, source);
  return { found: found ?? byDefault(setting, source), unkept };
}

/** The file sets it, and to what cannot be known: that is no default. */
function unknownOne(setting: Settable, [first]: readonly SettingCandidate[], { spelling }: Source): Outcome {
  if (!first) return { unkept: [] };
  const { entry, option } = first;
  const words = `it is not known: ${entry.unknown}`;
  if (setting === 'connectionLimit') {
    throw new PoolctlError(
      'INPUT_MISSING',
      `${spelling.file}:${entry.line}: ${shownKey(entry.key)} is set, and ${words}.`,
      {
        hint: 'Put the number in its place, or write the pool by hand: `poolctl emit NAME --connection-limit 20`.',
      },
    );
  }
  const why = `${words}; ${insteads[setting]}`;
  return { found: setting === 'queryTimeout' ? undefined : ours(setting), unkept: [{ entry, option, why }] };
}

function readDirect(entry: DirectSetting): Read {
  const option: KnownOption = { concept: entry.concept, name: entry.key, role: 'main', unit: entry.unit };
  return { entry, option, meaning: { kind: 'amount', amount: entry.ms } };
}

function settleOne(setting: Settable, reads: readonly Read[], source: Source): Outcome {
  const isTimeLimit = setting !== 'connectionLimit' && setting !== 'queueLimit';
  const { decides, beside } = isTimeLimit ? shortest(reads) : { decides: onlyOne(reads, source), beside: [] };
  if (!decides) return { unkept: beside };
  const { entry, option, meaning } = decides;
  const value = settingFor(setting, meaning, option);
  if (setting === 'queryTimeout' && value === 0) return { unkept: beside };
  if (value !== undefined) {
    const place = {
      key: entry.key,
      line: entry.line,
      ...(entry.file !== undefined && { file: entry.file }),
      ...writtenOf(entry, option),
    };
    return { found: { ...foundBase(setting, value), from: 'file', ...place }, unkept: beside };
  }
  const words = wordsOf(meaning);
  if (setting === 'connectionLimit') {
    const what = `${entry.key} is ${shownAmount(entry)}, which in ${source.title} means: ${words}.`;
    const before = option.earlier?.find(({ zero }) => zero !== undefined && zero !== option.zero);
    const hint = [
      ...(before && source.version === undefined && Number(entry.value) === 0
        ? [`Which version is it? That is so in the newest; ${before.versions} it means: ${before.zero}.`]
        : []),
      'Write how many connections the pool should have; `poolctl size` works it out.',
    ].join(' ');
    throw contradiction(source.spelling.file, entry.line, what, hint);
  }
  if (saysAtOnce(words) && setting !== 'queryTimeout' && setting !== 'connectTimeout') {
    // The queue says it: nobody may wait.
    return { found: ours(setting), unkept: beside };
  }
  const why = `${shownAmount(entry)} means there: ${words}; ${insteads[setting]}`;
  const instead: Outcome = setting === 'queryTimeout' ? { unkept: [] } : { found: ours(setting), unkept: [] };
  return { ...instead, unkept: [...beside, { entry, option, why }] };
}

/** Several options for one limit have to say the same. */
function onlyOne([first, ...others]: readonly Read[], { spelling }: Source): Read | undefined {
  const other = others.find(({ meaning }) => JSON.stringify(meaning) !== JSON.stringify(first?.meaning));
  if (!first || !other) return first;
  const what = `${other.entry.key} contradicts ${first.entry.key} in line ${first.entry.line}.`;
  throw contradiction(spelling.file, other.entry.line, what, 'Leave the one that is meant.');
}

/** Where several time limits are for one thing, the shortest decides. */
function shortest(reads: readonly Read[]): { decides: Read | undefined; beside: Unkept[] } {
  const length = ({ meaning }: Read) =>
    meaning.kind === 'amount' && meaning.amount > 0 ? meaning.amount : Number.POSITIVE_INFINITY;
  const [decides = reads[0]] = reads
    .filter(({ meaning }) => meaning.kind !== 'words')
    .sort((a, b) => (length(a) === length(b) ? 0 : length(a) - length(b)));
  const others = reads.filter(({ entry }) => entry !== decides?.entry);
  const beside = others.map(({ entry, option, meaning }): Unkept => {
    const words = `${shownAmount(entry)} means there: ${wordsOf(meaning)}`;
    return { entry, option, why: meaning.kind === 'words' ? words : `the shorter one decides: ${decides?.entry.key}` };
  });
  return { decides, beside };
}

/** The value as our setting writes it; undefined where our settings have none for it. */
function settingFor(setting: Settable, meaning: Meaning, { unit }: Pick<KnownOption, 'unit'>): number | undefined {
  if (meaning.kind === 'words') return undefined;
  if (meaning.kind === 'unlimited')
    return setting === 'connectionLimit' || setting === 'connectTimeout' ? undefined : 0;
  const { amount } = meaning;
  // How many of them wait, `waitersOf` works out.
  if (setting === 'queueLimit' && unit === 'clients') return 0;
  // The profile does not say what 0 does.
  return amount > 0 ? amount : undefined;
}

/** Not every option can be seen, and one that is not there may be set all the same. */
function withoutSight(setting: Settable, opaque: string, file: string): FoundSetting | undefined {
  if (setting === 'queryTimeout') return undefined;
  if (setting !== 'connectionLimit') return ours(setting);
  throw new PoolctlError('INPUT_MISSING', `${file} does not show how many connections the pool has: ${opaque}.`, {
    hint: 'Put the options in its place, or write the pool by hand: `poolctl emit NAME --connection-limit 20`.',
  });
}

function byDefault(setting: Settable, source: Source): FoundSetting | undefined {
  const { title, spelling, version, opaque } = source;
  if (opaque !== undefined) return withoutSight(setting, opaque, spelling.file);
  const main = mainOptionOf(setting, source);
  const meaning = main ? defaultOf(main, version) : withoutOption[setting];
  const value = meaning && settingFor(setting, meaning, main ?? {});
  if (setting === 'queryTimeout') return value ? { ...foundBase(setting, value), from: 'default' } : undefined;
  if (value !== undefined) return { ...foundBase(setting, value), from: 'default' };
  if (setting !== 'connectionLimit') return ours(setting);
  const standard = main?.default === undefined ? '' : `Its default is ${main.default}. `;
  throw new PoolctlError(
    'INPUT_MISSING',
    `${spelling.file} does not say how many connections the pool has (${main?.name}), and ${title} has no number for that by itself.`,
    { hint: `${standard}Add it, or work one out with \`poolctl size\`.` },
  );
}

function ours(setting: keyof typeof fallback): FoundSetting {
  return { ...foundBase(setting, fallback[setting]), from: 'poolctl' };
}

function wordsOf(meaning: Meaning): string {
  if (meaning.kind === 'words') return meaning.words;
  return meaning.kind === 'unlimited' ? 'no limit' : 'nothing that is known';
}

function writtenOf(
  entry: DeclaredEntry,
  option: KnownOption,
): Pick<FoundSetting, 'written' | 'writtenUnit' | 'isReference'> {
  const written = Number(entry.value);
  const isAmount = entry.value !== '' && Number.isFinite(written);
  const isWorthSaying = isTime(option) || option.unit === 'clients';
  return withoutUndefined({
    written: isAmount ? written : undefined,
    writtenUnit: isAmount && isWorthSaying ? option.unit : undefined,
    isReference: String(entry.value).startsWith('${') ? (true as const) : undefined,
  });
}

/** Only numbers are shown: text may be a secret in the wrong place. */
function shownAmount({ value }: DeclaredEntry): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (value === '') return 'empty';
  return /^\s*[+-]?\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)?\s*$/.test(value) ? value.trim() : 'text';
}

function settingsOf(found: ReadonlyMap<Settable, FoundSetting>): PoolSettings {
  const value = (setting: Settable) => found.get(setting)?.value;
  return {
    connectionLimit: value('connectionLimit') ?? 1,
    queueLimit: value('queueLimit') ?? fallback.queueLimit,
    ...(found.get('queueLimit')?.isNone && { nobodyWaits: true as const }),
    acquireTimeoutMs: value('acquireTimeout') ?? fallback.acquireTimeout,
    connectTimeoutMs: value('connectTimeout') ?? fallback.connectTimeout,
    ...withoutUndefined({ queryTimeoutMs: value('queryTimeout') }),
  };
}
