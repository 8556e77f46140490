import { known } from '../core/known.ts';
import type { Sized } from '../core/result.ts';
import type { Warning } from '../core/steps.ts';
import { PoolctlError } from '../errors.ts';
import type { DriverProfile } from '../profiles/driver.ts';
import { loadDriver } from '../profiles/load.ts';
import { didYouMean } from '../suggest.ts';
import { formatDuration, formatNumber, formatRatio } from '../units.ts';
import type { Emitted, Engine, SettingName, Target } from './target.ts';
import { targets } from './targets/index.ts';

/** Writes the sized pool for each of the named targets; a setting that a driver lacks is warned of, from its profile. */
export async function emitSnippets(names: readonly string[], sized: Sized, engine?: Engine): Promise<Emitted> {
  const chosen = names.map((name) => [name, chooseTarget(name, engine)] as const);
  return {
    snippets: chosen.map(([name, target]) => ({
      target: name,
      title: target.title,
      language: target.language,
      text: target.render({
        settings: sized,
        why: why(sized),
        engine: engine !== undefined && target.engines.includes(engine) ? engine : (target.engines[0] ?? 'mysql'),
      }),
    })),
    warnings: (await Promise.all(chosen.map(([, target]) => lackWarnings(target, sized)))).flat(),
  };
}

function chooseTarget(name: string, engine: Engine | undefined): Target {
  const candidates = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (!candidates) {
    const names = Object.keys(targets);
    throw new PoolctlError('VALUE_INVALID', `--emit "${name}" is not a target.${didYouMean(name, names)}`, {
      hint: `Write one or more of ${names.join(', ')}, with commas between them.`,
    });
  }
  const fitting = engine && candidates.find(({ engines }) => engines.includes(engine));
  if (engine && !fitting) {
    throw new PoolctlError('INPUT_CONTRADICTION', `${candidates[0].title} does not talk to ${engine}.`, {
      hint: `For ${engine}: ${Object.keys(targets)
        .filter((other) => targets[other]?.some(({ engines }) => engines.includes(engine)))
        .join(', ')}.`,
    });
  }
  return fitting ?? candidates[0];
}

/** The comment above a snippet: the numbers that led to it, and that it does not fit where it does not. */
function why({ connectionLimit, load, headroomRatio, because, budget, fleet }: Sized): string[] {
  const lines: string[] = [];
  if (load) {
    const held =
      load.holdTimeBasis === 'p95' ? `${formatDuration(load.holdTimeMs)} (p95)` : formatDuration(load.holdTimeMs);
    const batch = load.batchJobs > 0 ? `, plus ${formatNumber(load.batchJobs)} for batch jobs` : '';
    lines.push(
      `connectionLimit ${connectionLimit}: ${formatNumber(load.poolArrivalRatePerSecond)} TPS x ${held} = ${formatNumber(load.offeredLoad)} connections, plus ${formatRatio(headroomRatio)} headroom${batch}.`,
    );
  } else {
    const source = because.find(({ label }) => label === 'connectionLimit')?.inputs[0]?.source;
    lines.push(`connectionLimit ${connectionLimit}${source === undefined ? '' : `: ${source}`}.`);
  }
  if (budget && !budget.fits) {
    lines.push(
      `DOES NOT FIT: the fleet takes ${fleet.rollout.connections} connections and the server has ${budget.availableConnections} for it; at most ${budget.largestConnectionLimit} fits.`,
    );
  }
  return lines;
}

const settingNouns: Readonly<Record<SettingName, string>> = {
  queueLimit: 'queue limit',
  acquireTimeout: 'acquire timeout',
  connectTimeout: 'connect timeout',
  queryTimeout: 'query timeout of the pool',
};

async function lackWarnings(
  target: Target,
  { queryTimeoutMs, acquireTimeoutMs, connectTimeoutMs }: Sized,
): Promise<Warning[]> {
  const driver = await loadDriver(target.driver);
  const wanted = known({ queueLimit: true, acquireTimeout: true, connectTimeout: true, queryTimeout: queryTimeoutMs });
  const lacks = (Object.keys(wanted) as SettingName[])
    .filter((setting) => !isPoolOption(driver, setting))
    .map(
      (setting): Warning => ({
        code: 'DRIVER_LACKS_OPTION',
        message:
          `${target.title} has no ${settingNouns[setting]}: ${firstSentence(driver.options[setting]?.note)}`.trim(),
        hint: target.instead[setting] ?? 'It cannot be had with this driver.',
      }),
    );
  const shared = driver.options.acquireTimeout?.option;
  if (shared === undefined || shared !== driver.options.connectTimeout?.option) return lacks;
  return [
    ...lacks,
    {
      code: 'DRIVER_SHARES_OPTION',
      message: `${target.title} has one option, ${shared}, for the acquire timeout of ${formatDuration(acquireTimeoutMs)} and the connect timeout of ${formatDuration(connectTimeoutMs)}; the snippet sets the former.`,
      hint: 'Give --deadline to bring it down to what your callers wait.',
    },
  ];
}

function isPoolOption({ options }: DriverProfile, setting: SettingName): boolean {
  const entry = options[setting];
  return entry?.option !== undefined && entry.perCall !== true;
}

function firstSentence(note = ''): string {
  return /^.*?\.(?=\s|$)/s.exec(note)?.[0] ?? note;
}
