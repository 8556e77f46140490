import { type EngineId, engineNames } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { EmittableSize } from '../size/document.ts';
import type { PoolSettings } from '../size/input.ts';
import { lackWarnings, waitWarnings } from './lacks.ts';
import { inLanguage, type Language } from './language.ts';
import type { EmitFleet, EmitInput, Emitted, Snippet, Target } from './target.ts';
import { allTargets, targets } from './targets/index.ts';
import { versionWarnings } from './versions.ts';

/** What to write: the settings, and the reasons for them. */
export interface EmitRequest {
  readonly names: readonly string[];
  readonly settings: PoolSettings;
  readonly why: readonly string[];
  /** Mean connections of one pool in use, where the load is known. */
  readonly inUse?: number | undefined;
  /** One instance, where it is not known. */
  readonly fleet?: EmitFleet | undefined;
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
  const { snippets, warnings } = await emitSnippets({ why: [], ...options, names: [name], settings });
  const [snippet] = snippets;
  if (!snippet) throw new Error(`no snippet of ${name}`);
  return { ...snippet, warnings };
}

/**
 * Writes the pool for each of the named targets, with a warning for each setting that a driver lacks by its profile, and
 * for an engine that nobody named and the snippet depends on.
 */
export async function emitSnippets(request: EmitRequest): Promise<Emitted> {
  const { names, settings, engine, driverVersion } = request;
  const written = await Promise.all(
    names.map(async (name) => {
      const target = await chooseTarget(name, engine, driverVersion);
      const input = inputFor(target, request);
      const text = target.render(input);
      return {
        snippet: snippetOf(name, target, text, request.language),
        warnings: [
          ...(engine === undefined ? await engineWarnings(name, target, text, request) : []),
          ...(driverVersion === undefined
            ? []
            : await versionWarnings(target, driverVersion, (version) => textAt(name, request, version))),
          ...(target.warnings?.(input) ?? []),
          ...waitWarnings(target, settings),
          ...(await lackWarnings(target, settings)),
        ],
      };
    }),
  );
  return {
    snippets: written.map(({ snippet }) => snippet),
    warnings: written.flatMap(({ warnings }) => warnings),
  };
}

/** What a target writes from: the engine is its first where none that it talks to was named. */
export function inputFor(
  { engines: [first = 'mysql', ...others] }: Pick<Target, 'engines'>,
  { settings, why, inUse, fleet, engine = first, driverVersion }: EmitRequest,
): EmitInput {
  const { connectionLimit } = settings;
  return {
    settings,
    why,
    fleet: fleet ?? { instances: 1, processesPerInstance: 1, connections: connectionLimit, isAssumed: true },
    engine: others.includes(engine) ? engine : first,
    ...withoutUndefined({ inUse, driverVersion }),
  };
}

/** A warning where the snippet would be another one for another engine, so that its default is not taken in silence. */
async function engineWarnings(name: string, target: Target, text: string, request: EmitRequest): Promise<Warning[]> {
  const { engine: assumed } = inputFor(target, request);
  const own = new Set((await variantsNamed(name)).flatMap(({ engines }) => engines));
  const others: EngineId[] = [];
  for (const engine of ['postgres', 'mysql', 'mariadb'] as const) {
    if (!own.has(engine) || engine === assumed) continue;
    const other = await chooseTarget(name, engine, request.driverVersion);
    if (rendered(other, { ...request, engine }) !== text) others.push(engine);
  }
  if (others.length === 0) return [];
  const names = others.map((engine) => engineNames[engine]).join(' and ');
  return [
    {
      code: 'ENGINE_ASSUMED',
      message: `${target.title}: this is for ${engineNames[assumed]}, because no server was named. For ${names} it differs.`,
      hint: `\`poolctl emit\` and \`convert\` write for ${others.length > 1 ? 'those' : 'that'} with --engine ${others.join(' or --engine ')}.`,
    },
  ];
}

/** The text for a version of the driver, or undefined where there is none for it. */
async function textAt(
  name: string,
  request: EmitRequest,
  driverVersion: EmitInput['driverVersion'],
): Promise<string | undefined> {
  try {
    const target = await chooseTarget(name, request.engine, driverVersion);
    return rendered(target, { ...request, driverVersion });
  } catch (error) {
    if (error instanceof PoolctlError) return undefined;
    throw error;
  }
}

/** The text for one engine, or undefined where the settings cannot be had with it. */
function rendered(target: Target, request: EmitRequest): string | undefined {
  try {
    return target.render(inputFor(target, request));
  } catch (error) {
    if (error instanceof PoolctlError) return undefined;
    throw error;
  }
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
    inUse: sized.load?.offeredLoad,
    engine,
    fleet: {
      instances: fleet.normal.instances,
      processesPerInstance: fleet.processesPerInstance,
      connections: fleet.rollout.connections,
    },
  };
}

function snippetOf(name: string, { title, language: own }: Target, text: string, language: Language = 'ts'): Snippet {
  if (own !== 'ts') return { target: name, title, language: own, text };
  return { target: name, title, language: language === 'ts' ? 'ts' : 'js', text: inLanguage(text, language) };
}

/** The targets of one name, for one or more engines each. @throws PoolctlError VALUE_INVALID */
async function variantsNamed(name: string): Promise<readonly [Target, ...Target[]]> {
  const load = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (load) return load();
  const names = Object.keys(targets);
  throw new PoolctlError('VALUE_INVALID', `"${name}" is not a target.${didYouMean(name, names)}`, {
    hint: `Write one or more of ${names.join(', ')}, with commas between them.`,
  });
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
  const candidates = await variantsNamed(name);
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
  const { budget, fleet, demand } = sized;
  const lines = [`connectionLimit ${sized.connectionLimit}${decidedBy(sized)}.`];
  if (demand?.isMet === false) lines.push('MISSES ITS TARGETS at the load it was checked for.');
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
    return source === undefined ? '' : `: as given by ${source}`;
  }
  const { targets } = outlook ?? {};
  const within = targets
    ? `p99 wait at most ${formatDuration(targets.maxWaitP99Ms)}, at most ${formatRatio(targets.maxLossRatio)} lost, ${formatRatio(targets.maxUtilization)} in use`
    : 'the targets';
  if (limitedBy === 'model') return `: the fewest for ${within}`;
  if (limitedBy === 'proved')
    return `: as a probe proved it at ${formatNumber(load.poolArrivalRatePerSecond)} requests a second`;
  if (limitedBy === 'platform') return ': as many as its platform lets it use';
  if (limitedBy === 'requests-at-once') return ': as many as the requests that run at once can use';
  const held = `${formatDuration(load.holdTimeMs)}${load.holdTimeBasis === 'p95' ? ' (p95)' : ''}`;
  const each = load.connectionsPerRequest > 1 ? ` x ${load.connectionsPerRequest} a request` : '';
  const batch = load.batchJobs > 0 ? `, plus ${formatNumber(load.batchJobs)} for batch jobs` : '';
  const formula = `: ${formatNumber(load.poolArrivalRatePerSecond)} TPS x ${held}${each} = ${formatNumber(load.offeredLoad)} connections, plus ${formatRatio(headroomRatio)} headroom${batch}`;
  if (limitedBy === 'targets') return `${formula} = ${sized.connectionLimitByFormula ?? ''}, raised for ${within}`;
  return limitedBy === 'deadlock-floor' ? `${formula}, raised so that nested requests cannot deadlock` : formula;
}
