import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { DriverProfile } from '../profiles/driver.ts';
import { driverProfile } from '../profiles/load.ts';
import type { EmittableSize } from '../size/document.ts';
import type { PoolSettings } from '../size/input.ts';
import { inLanguage, type Language } from './language.ts';
import type { EmitFleet, EmitInput, Emitted, SettingName, Snippet, Target } from './target.ts';
import { allTargets, targets } from './targets/index.ts';

/** What to write: the settings, and the reasons for them. */
export interface EmitRequest {
  readonly names: readonly string[];
  readonly settings: PoolSettings;
  readonly why: readonly string[];
  readonly fleet: EmitFleet;
  readonly engine?: EngineId | undefined;
  readonly language?: Language | undefined;
  readonly driverVersion?: EmitInput['driverVersion'] | undefined;
}

/** What `emitSnippet` takes beside the settings; all of it may be left out. */
export interface SnippetOptions {
  readonly engine?: EngineId;
  readonly language?: Language;
  /** The driver's version, `[3, 10]`: its options differ. */
  readonly driverVersion?: readonly [major: number, minor: number];
  /** Comment lines that say where the numbers come from. */
  readonly why?: readonly string[];
  readonly fleet?: EmitFleet;
}

/**
 * Writes one pool as config of one driver, ORM or pooler, by its name in `poolctl emit --list`. The warnings say what that
 * driver cannot do. @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION
 */
export async function emitSnippet(
  name: string,
  settings: PoolSettings,
  options: SnippetOptions = {},
): Promise<Snippet & { readonly warnings: readonly Warning[] }> {
  const { why = [], fleet = { instances: 1, processesPerInstance: 1, connections: settings.connectionLimit } } =
    options;
  const { snippets, warnings } = await emitSnippets({ ...options, names: [name], settings, why, fleet });
  const [snippet] = snippets;
  if (!snippet) throw new Error(`no snippet of ${name}`);
  return { ...snippet, warnings };
}

/** Writes the pool for each of the named targets, with a warning for each setting that a driver lacks by its profile. */
export async function emitSnippets(request: EmitRequest): Promise<Emitted> {
  const { names, settings, engine, driverVersion } = request;
  const chosen = await Promise.all(
    names.map(async (name) => [name, await chooseTarget(name, engine, driverVersion)] as const),
  );
  return {
    snippets: chosen.map(([name, target]) => snippetOf(name, target, request)),
    warnings: (await Promise.all(chosen.map(([, target]) => lackWarnings(target, settings)))).flat(),
  };
}

function settingsOf({
  connectionLimit,
  queueLimit,
  acquireTimeoutMs,
  connectTimeoutMs,
  queryTimeoutMs,
}: EmittableSize): PoolSettings {
  return { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, ...withoutUndefined({ queryTimeoutMs }) };
}

/** The request that writes a sized pool. */
export function requestFor(sized: EmittableSize, names: readonly string[], engine: EngineId | undefined): EmitRequest {
  const { fleet } = sized;
  return {
    names,
    settings: settingsOf(sized),
    why: why(sized),
    engine,
    fleet: {
      instances: fleet.normal.instances,
      processesPerInstance: fleet.processesPerInstance,
      connections: fleet.rollout.connections,
    },
  };
}

function snippetOf(
  name: string,
  target: Target,
  { settings, why, fleet, engine, language, driverVersion }: EmitRequest,
): Snippet {
  const text = target.render({
    settings,
    why,
    fleet,
    engine: engine !== undefined && target.engines.includes(engine) ? engine : (target.engines[0] ?? 'mysql'),
    ...withoutUndefined({ driverVersion }),
  });
  const written = target.language === 'ts' ? (language ?? 'ts') : undefined;
  return {
    target: name,
    title: target.title,
    language: written === undefined ? target.language : written === 'ts' ? 'ts' : 'js',
    text: written === undefined ? text : inLanguage(text, written),
  };
}

/**
 * The target of that name for the server's engine and the driver's version.
 * @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION
 */
export async function chooseTarget(
  name: string,
  engine: EngineId | undefined,
  driverVersion: EmitInput['driverVersion'] | undefined,
): Promise<Target> {
  const load = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (!load) {
    const names = Object.keys(targets);
    throw new PoolctlError('VALUE_INVALID', `"${name}" is not a target.${didYouMean(name, names)}`, {
      hint: `Write one or more of ${names.join(', ')}, with commas between them.`,
    });
  }
  const candidates = await load();
  const fitting = engine && candidates.find(({ engines }) => engines.includes(engine));
  if (engine && !fitting) {
    const others = (await allTargets()).filter(({ target }) => target.engines.includes(engine));
    throw new PoolctlError('INPUT_CONTRADICTION', `${candidates[0].title} does not talk to ${engine}.`, {
      hint: `For ${engine}: ${[...new Set(others.map((other) => other.name))].join(', ')}.`,
    });
  }
  const target = fitting ?? candidates[0];
  return (driverVersion && target.atVersion?.(driverVersion)) ?? target;
}

/** The comment above a snippet: the step that decided, with its numbers, and whether it misses its targets or does not fit. */
function why(sized: EmittableSize): string[] {
  const { budget, fleet, outlook } = sized;
  const lines = [`connectionLimit ${sized.connectionLimit}${decidedBy(sized)}.`];
  if (outlook?.demand?.isMet === false) lines.push('MISSES ITS TARGETS at the load it was checked for.');
  if (budget && !budget.fits) {
    lines.push(
      `DOES NOT FIT: the fleet takes ${fleet.rollout.connections} connections and the server has ${budget.availableConnections} for it; at most ${budget.largestConnectionLimit} fits.`,
    );
  }
  return lines;
}

function decidedBy(sized: EmittableSize): string {
  const { load, limitedBy, because, outlook, headroomRatio } = sized;
  if (!load || limitedBy === 'given') {
    const source = because.findLast(({ label }) => label === 'connectionLimit')?.inputs[0]?.source;
    return source === undefined ? '' : `: ${source}`;
  }
  const { targets } = outlook ?? {};
  const within = targets
    ? `p99 wait at most ${formatDuration(targets.maxWaitP99Ms)}, at most ${formatRatio(targets.maxLossRatio)} lost, ${formatRatio(targets.maxUtilization)} in use`
    : 'the targets';
  if (limitedBy === 'model') return `: the fewest for ${within}`;
  const held = `${formatDuration(load.holdTimeMs)}${load.holdTimeBasis === 'p95' ? ' (p95)' : ''}`;
  const each = load.connectionsPerRequest > 1 ? ` x ${load.connectionsPerRequest} a request` : '';
  const batch = load.batchJobs > 0 ? `, plus ${formatNumber(load.batchJobs)} for batch jobs` : '';
  const formula = `: ${formatNumber(load.poolArrivalRatePerSecond)} TPS x ${held}${each} = ${formatNumber(load.offeredLoad)} connections, plus ${formatRatio(headroomRatio)} headroom${batch}`;
  if (limitedBy === 'targets') return `${formula} = ${sized.connectionLimitByFormula ?? ''}, raised for ${within}`;
  return limitedBy === 'deadlock-floor' ? `${formula}, raised so that nested requests cannot deadlock` : formula;
}

const settingNouns: Readonly<Record<SettingName, string>> = {
  queueLimit: 'queue limit',
  acquireTimeout: 'acquire timeout',
  connectTimeout: 'connect timeout',
  queryTimeout: 'query timeout of the pool',
};

async function lackWarnings(
  target: Target,
  { queueLimit, queryTimeoutMs, acquireTimeoutMs, connectTimeoutMs }: PoolSettings,
): Promise<Warning[]> {
  const driver = await driverProfile(target.driver);
  // 0 asks for no limit, which a driver without the option has.
  const wanted = {
    queueLimit,
    acquireTimeout: acquireTimeoutMs,
    connectTimeout: connectTimeoutMs,
    queryTimeout: queryTimeoutMs,
  };
  const lacks = (Object.keys(wanted) as SettingName[])
    .filter((setting) => wanted[setting] && !hasSetting(target, driver, setting))
    .map((setting): Warning => {
      const note = firstSentence(driver.options[setting]?.note);
      return {
        code: 'DRIVER_LACKS_OPTION',
        message: `${target.title} has no ${settingNouns[setting]}${note === '' ? '.' : `: ${afterColon(note)}`}`,
        hint: target.instead[setting] ?? 'It cannot be had with this driver.',
      };
    });
  const shared = driver.options.acquireTimeout?.option;
  if (shared === undefined || shared !== driver.options.connectTimeout?.option || acquireTimeoutMs === 0) return lacks;
  return [
    ...lacks,
    {
      code: 'DRIVER_SHARES_OPTION',
      message: `${target.title} has one option, ${shared}, for the acquire timeout of ${formatDuration(acquireTimeoutMs)} and the connect timeout of ${formatDuration(connectTimeoutMs)}; the snippet sets the former.`,
      hint: 'Opening a connection may take as long, so keep it no longer than your callers wait; `size --deadline` works that out.',
    },
  ];
}

export function hasSetting({ has }: Target, { options }: DriverProfile, setting: SettingName): boolean {
  const entry = options[setting];
  return has?.[setting] ?? (entry?.option !== undefined && entry.perCall !== true);
}

/** A sentence that follows a colon: in lower case, but for a name with capitals inside it (TypeORM, DBCP). */
function afterColon(sentence: string): string {
  return sentence.replace(/^[A-Z][a-z]*(?=[\s,])/, (word) => word.toLowerCase());
}

function firstSentence(note = ''): string {
  return /^.*?\.(?=\s|$)/s.exec(note)?.[0] ?? note;
}
