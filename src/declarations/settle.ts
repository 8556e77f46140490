import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { DriverProfile } from '../profiles/driver.ts';
import type { PoolSettings } from '../size/input.ts';
import { isTime, readAmount, type Spelling } from './amount.ts';
import { type Settable, settable } from './concepts.ts';
import { contradiction, type DeclaredEntry } from './entry.ts';
import type { Meaning } from './meaning.ts';
import type { KnownOption } from './options.ts';
import type { DirectSetting } from './reader.ts';
import { defaultOf } from './setting.ts';
import { anyNumberOfClients } from './vocabulary/statement-limit.ts';

/** A setting that was found, with what the file says in its own unit; or that was not, and where it comes from then. */
export interface FoundSetting {
  readonly setting: Settable;
  /** Connections, requests, or ms; 0 for no limit. */
  readonly value: number;
  readonly unit: 'connections' | 'requests' | 'ms';
  /** The file, the default of its system, or the default of `poolctl emit`. */
  readonly from: 'file' | 'default' | 'poolctl';
  readonly key?: string;
  readonly line?: number;
  readonly written?: number;
  readonly writtenUnit?: string;
  /** It is the default of a reference to the environment, `${NAME:20}`, which may say otherwise. */
  readonly isReference?: true;
}

/** A value that cannot be kept though its kind of setting can, and why. */
export interface Unkept {
  readonly entry: DeclaredEntry;
  readonly option: Pick<KnownOption, 'concept' | 'name'>;
  readonly why: string;
}

export interface Settled {
  readonly settings: PoolSettings;
  readonly found: readonly FoundSetting[];
  readonly unkept: readonly Unkept[];
}

/** An option of one of the five kinds as the file has it. */
export interface SettingCandidate {
  readonly entry: DeclaredEntry;
  readonly option: KnownOption;
}

/** The system that the settings are of, and how its file writes them. */
export interface Source {
  readonly profile: DriverProfile;
  readonly title: string;
  readonly spelling: Spelling;
}

interface Read extends SettingCandidate {
  readonly meaning: Meaning;
}

/** What became of one kind of setting. */
interface Outcome {
  readonly found?: FoundSetting | undefined;
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
export function settle(
  candidates: readonly SettingCandidate[],
  direct: readonly DirectSetting[],
  source: Source,
): Settled {
  const found = new Map<Settable, FoundSetting>();
  const unkept: Unkept[] = [];
  for (const setting of settable) {
    const reads = [
      ...candidates.filter(({ option }) => option.concept === setting).map((candidate) => read(candidate, source)),
      ...direct.filter(({ concept }) => concept === setting).map(readDirect),
    ];
    // Limits that count clients need to know how many of them are served.
    const served = found.get('connectionLimit')?.value ?? 0;
    const { found: settled, unkept: lost } = settleOne(setting, reads, served, source);
    unkept.push(...lost);
    const result = settled ?? byDefault(setting, served, source);
    if (result) found.set(setting, result);
  }
  return { settings: settingsOf(found), found: [...found.values()], unkept };
}

function read(candidate: SettingCandidate, { spelling }: Source): Read {
  return { ...candidate, meaning: readAmount(candidate.entry, candidate.option, spelling) };
}

function readDirect(entry: DirectSetting): Read {
  const option: KnownOption = { concept: entry.concept, name: entry.key, role: 'main', unit: entry.unit };
  return { entry, option, meaning: { kind: 'amount', amount: entry.ms } };
}

function settleOne(setting: Settable, reads: readonly Read[], served: number, source: Source): Outcome {
  const isTimeLimit = setting !== 'connectionLimit' && setting !== 'queueLimit';
  const { decides, beside } = isTimeLimit ? shortest(reads) : { decides: onlyOne(reads, source), beside: [] };
  if (!decides) return { unkept: beside };
  const { entry, option, meaning } = decides;
  const value = settingFor(setting, meaning, option, served);
  if (setting === 'queryTimeout' && value === 0) return { unkept: beside };
  if (value !== undefined) {
    const place = { key: entry.key, line: entry.line, ...writtenOf(entry, option) };
    return { found: { ...base(setting, value), from: 'file', ...place }, unkept: beside };
  }
  const words = wordsOf(meaning);
  if (setting === 'connectionLimit') {
    const what = `${entry.key} is ${shownAmount(entry)}, which in ${source.title} means: ${words}.`;
    const hint = 'Write how many connections the pool should have; `poolctl size` works it out.';
    throw contradiction(source.spelling.file, entry.line, what, hint);
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
function settingFor(
  setting: Settable,
  meaning: Meaning,
  { unit }: Pick<KnownOption, 'unit'>,
  served: number,
): number | undefined {
  if (meaning.kind === 'words') return undefined;
  if (meaning.kind === 'unlimited')
    return setting === 'connectionLimit' || setting === 'connectTimeout' ? undefined : 0;
  const { amount } = meaning;
  if (setting === 'queueLimit' && unit === 'clients') return waiting(amount, served);
  // The profile does not say what 0 does.
  return amount > 0 ? amount : undefined;
}

/** The waiting clients within a limit that counts all clients. */
function waiting(clients: number, served: number): number | undefined {
  if (clients >= anyNumberOfClients) return 0;
  return clients > served ? clients - served : undefined;
}

function byDefault(setting: Settable, served: number, { profile, title, spelling }: Source): FoundSetting | undefined {
  const option = profile.options[setting];
  const main: KnownOption | undefined =
    option?.option === undefined || option.perCall
      ? undefined
      : { ...option, concept: setting, name: option.option, role: 'main' };
  const meaning = main ? defaultOf(main) : withoutOption[setting];
  const value = meaning && settingFor(setting, meaning, main ?? {}, served);
  if (setting === 'queryTimeout') return value ? { ...base(setting, value), from: 'default' } : undefined;
  if (value !== undefined) return { ...base(setting, value), from: 'default' };
  if (setting !== 'connectionLimit') return ours(setting);
  const standard = main?.default === undefined ? '' : `Its default is ${main.default}. `;
  throw new PoolctlError(
    'INPUT_MISSING',
    `${spelling.file} does not say how many connections the pool has (${main?.name}), and ${title} has no number for that by itself.`,
    { hint: `${standard}Add it, or work one out with \`poolctl size\`.` },
  );
}

function ours(setting: keyof typeof fallback): FoundSetting {
  return { ...base(setting, fallback[setting]), from: 'poolctl' };
}

function base(setting: Settable, value: number): Pick<FoundSetting, 'setting' | 'value' | 'unit'> {
  const unit = setting === 'connectionLimit' ? 'connections' : setting === 'queueLimit' ? 'requests' : 'ms';
  return { setting, value, unit };
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
    acquireTimeoutMs: value('acquireTimeout') ?? fallback.acquireTimeout,
    connectTimeoutMs: value('connectTimeout') ?? fallback.connectTimeout,
    ...withoutUndefined({ queryTimeoutMs: value('queryTimeout') }),
  };
}
