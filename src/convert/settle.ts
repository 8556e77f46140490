import type { PoolSettings } from '../core/input.ts';
import { known } from '../core/known.ts';
import { anyNumberOfClients } from '../emit/pooler.ts';
import { PoolctlError } from '../errors.ts';
import type { DriverProfile } from '../profiles/driver.ts';
import { inOurUnit, isTime, readAmount, type Spelling } from './amount.ts';
import { type Settable, settable } from './concepts.ts';
import { contradiction, type Entry } from './entry.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import type { KnownOption } from './options.ts';
import type { DirectSetting } from './reader.ts';

/** A setting that was found, with what the file says in its own unit; or that was not, and where it comes from then. */
export interface FoundSetting {
  readonly setting: Settable;
  /** Connections, requests, or ms; 0 for any number or for ever. */
  readonly value: number;
  readonly unit: 'connections' | 'requests' | 'ms';
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
  readonly entry: Entry;
  readonly option: Pick<KnownOption, 'concept' | 'name'>;
  readonly why: string;
}

export interface Settled {
  readonly settings: PoolSettings;
  readonly found: readonly FoundSetting[];
  readonly unkept: readonly Unkept[];
}

/** An option of one of the five kinds as the file has it. */
export interface Candidate {
  readonly entry: Entry;
  readonly option: KnownOption;
}

/** As `poolctl emit` has them where nobody says anything. */
const fallback = { queueLimit: 0, acquireTimeout: 30_000, connectTimeout: 10_000 } as const;

/** Works out the settings of the pool: from the file, or else from the defaults of the system, so that a pool stays what it was. */
export function settle(
  candidates: readonly Candidate[],
  direct: readonly DirectSetting[],
  { profile, title, spelling }: { profile: DriverProfile; title: string; spelling: Spelling },
): Settled {
  const unkept: Unkept[] = [];
  const found = new Map<Settable, FoundSetting>();
  for (const setting of settable) {
    const own = candidates
      .filter(({ option }) => option.concept === setting)
      .map((candidate) => ({ ...candidate, meaning: readAmount(candidate.entry, candidate.option, spelling) }));
    const from =
      setting === 'connectionLimit' || setting === 'queueLimit'
        ? one(own)
        : shortest(
            own,
            direct.filter(({ concept }) => concept === setting),
          );
    const result = from ? kept(setting, from) : undefined;
    const settled = result ?? byDefault(setting);
    if (settled) found.set(setting, settled);
  }
  return { settings: settingsOf(found), found: [...found.values()], unkept };

  function one(own: readonly Read[]): Read | undefined {
    const [first, ...others] = own;
    const other = others.find(({ meaning }) => first && !isSame(meaning, first.meaning));
    if (first && other) {
      throw contradiction(
        spelling.file,
        other.entry.line,
        `${other.entry.key} says another thing than ${first.entry.key} in line ${first.entry.line}.`,
        'Leave the one that is meant.',
      );
    }
    return first;
  }

  /** Of several time limits for one thing the shortest decides. */
  function shortest(own: readonly Read[], besides: readonly DirectSetting[]): Read | undefined {
    const all: Read[] = [
      ...own,
      ...besides.map(
        (entry): Read => ({
          entry,
          option: { concept: entry.concept, name: entry.key, role: 'main', unit: entry.unit },
          meaning: { kind: 'amount', amount: entry.ms },
        }),
      ),
    ];
    const length = ({ meaning }: Read) =>
      meaning.kind === 'amount' && meaning.amount > 0 ? meaning.amount : Number.POSITIVE_INFINITY;
    const amounts = all.filter(({ meaning }) => meaning.kind !== 'words');
    const decides = amounts.reduce<Read | undefined>(
      (least, read) => (least && length(least) <= length(read) ? least : read),
      undefined,
    );
    if (!decides) return all[0];
    for (const read of all.filter((candidate) => candidate !== decides && candidate.entry !== decides.entry)) {
      const { meaning, entry } = read;
      const why =
        meaning.kind === 'words'
          ? `${shownAmount(entry)} means there: ${meaning.words}`
          : `the shorter one decides: ${decides.entry.key}`;
      unkept.push({ ...read, why });
    }
    return decides;
  }

  function kept(setting: Settable, { entry, option, meaning }: Read): FoundSetting | undefined {
    const value = settingFor(setting, meaning, option);
    if (setting === 'queryTimeout' && value === 0) return undefined;
    if (value !== undefined) {
      return { ...base(setting, value), from: 'file', key: entry.key, line: entry.line, ...writtenOf(entry, option) };
    }
    const words =
      meaning.kind === 'words' ? meaning.words : meaning.kind === 'unlimited' ? 'no limit' : 'nothing at all';
    if (setting === 'connectionLimit') {
      throw contradiction(
        spelling.file,
        entry.line,
        `${entry.key} is ${shownAmount(entry)}, which in ${title} means: ${words}.`,
        'Write how many connections the pool shall have; `poolctl size` works it out.',
      );
    }
    unkept.push({ entry, option, why: `${shownAmount(entry)} means there: ${words}; ${insteads[setting]}` });
    return setting === 'queryTimeout' ? undefined : { ...base(setting, fallback[setting]), from: 'poolctl' };
  }

  /** In the numbers of our settings; undefined where they have none for it. */
  function settingFor(setting: Settable, meaning: Meaning, { unit }: Pick<KnownOption, 'unit'>): number | undefined {
    if (meaning.kind === 'words') return undefined;
    if (meaning.kind === 'unlimited')
      return setting === 'connectionLimit' || setting === 'connectTimeout' ? undefined : 0;
    const { amount } = meaning;
    if (setting === 'queueLimit' && unit === 'clients') return waiting(amount);
    // 0 without a word from the profile on what it does.
    if (amount <= 0) return undefined;
    return amount;
  }

  /** Of a limit that counts clients, those served and those waiting. */
  function waiting(clients: number): number | undefined {
    if (clients >= anyNumberOfClients) return 0;
    const served = found.get('connectionLimit')?.value ?? 0;
    return clients > served ? clients - served : undefined;
  }

  function byDefault(setting: Settable): FoundSetting | undefined {
    const option = profile.options[setting];
    const main: KnownOption | undefined =
      option?.option === undefined || option.perCall
        ? undefined
        : { ...option, concept: setting, name: option.option, role: 'main' };
    const meaning = main ? defaultOf(main) : withoutOption[setting];
    const value = meaning && settingFor(setting, meaning, main ?? {});
    if (setting === 'queryTimeout') return value ? { ...base(setting, value), from: 'default' } : undefined;
    if (value !== undefined) return { ...base(setting, value), from: 'default' };
    if (setting !== 'connectionLimit') return { ...base(setting, fallback[setting]), from: 'poolctl' };
    throw new PoolctlError(
      'INPUT_MISSING',
      `${spelling.file} does not say how many connections the pool has (${main?.name}), and ${title} has no number for that by itself.`,
      {
        hint: `${main?.default === undefined ? '' : `Its default is ${main.default}. `}Add it, or work one out with \`poolctl size\`.`,
      },
    );
  }
}

interface Read extends Candidate {
  readonly meaning: Meaning;
}

/** Of a system without such an option: nobody is refused, and nobody gives up. */
const withoutOption: Readonly<Partial<Record<Settable, Meaning>>> = {
  queueLimit: { kind: 'unlimited' },
  acquireTimeout: { kind: 'unlimited' },
};

function defaultOf(option: KnownOption): Meaning | undefined {
  const { default: value, unset, zero, unusual } = option;
  if (typeof value === 'number') {
    const words = value === 0 ? zero : value < 0 ? unusual?.negative : undefined;
    return words === undefined ? { kind: 'amount', amount: inOurUnit(value, option) } : meaningOf(words);
  }
  if (value === false) return { kind: 'unlimited' };
  const words = typeof value === 'string' ? value : unset;
  return words === undefined ? undefined : meaningOf(words);
}

const insteads: Readonly<Record<Exclude<Settable, 'connectionLimit'>, string>> = {
  queueLimit: 'any number may wait in the snippet',
  acquireTimeout: 'the snippet has 30 s',
  connectTimeout: 'the snippet has 10 s',
  queryTimeout: 'the snippet has none',
};

function base(setting: Settable, value: number): Pick<FoundSetting, 'setting' | 'value' | 'unit'> {
  const unit = setting === 'connectionLimit' ? 'connections' : setting === 'queueLimit' ? 'requests' : 'ms';
  return { setting, value, unit };
}

function writtenOf(entry: Entry, option: KnownOption): Pick<FoundSetting, 'written' | 'writtenUnit' | 'isReference'> {
  const written = Number(entry.value);
  const isAmount = entry.value !== '' && Number.isFinite(written);
  const isWorthSaying = isTime(option) || option.unit === 'clients';
  return known({
    written: isAmount ? written : undefined,
    writtenUnit: isAmount && isWorthSaying ? option.unit : undefined,
    isReference: String(entry.value).startsWith('${') ? (true as const) : undefined,
  });
}

/** Only numbers are shown: text may be a secret in the wrong place. */
export function shownAmount({ value }: Entry): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (value === '') return 'empty';
  return /^\s*[+-]?\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)?\s*$/.test(value) ? value.trim() : 'text';
}

function isSame(a: Meaning, b: Meaning): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function settingsOf(found: ReadonlyMap<Settable, FoundSetting>): PoolSettings {
  const value = (setting: Settable) => found.get(setting)?.value;
  return {
    connectionLimit: value('connectionLimit') ?? 1,
    queueLimit: value('queueLimit') ?? 0,
    acquireTimeoutMs: value('acquireTimeout') ?? fallback.acquireTimeout,
    connectTimeoutMs: value('connectTimeout') ?? fallback.connectTimeout,
    ...known({ queryTimeoutMs: value('queryTimeout') }),
  };
}
