import { declaredPoolsInConfig, isConfigFile } from '../../declarations/config-files/index.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { sourceReaders } from '../../declarations/sources/index.ts';
import { ServicePools } from '../../lint/budget/service-pools.ts';
import { defaultConfig } from '../../lint/config.ts';
import { libraryEvidence } from '../../lint/evidence.ts';
import { hostOf } from '../../lint/host.ts';
import { isCode, isRead } from '../../lint/kinds.ts';
import type { Project } from '../../lint/project.ts';
import { readCode } from '../../lint/read-code.ts';
import { isTestCode } from '../../lint/test-code.ts';
import type { DriverOptions } from '../../profiles/driver.ts';
import type { LintFacts } from '../../profiles/lint-facts.ts';
import { type FoundPool, foundPools } from './found-pool.ts';
import type { ReadUnit } from './unit.ts';

/** What is known of drivers, loaded where a fleet has code. */
export interface KnownDrivers {
  readonly profiles: ReadonlyMap<string, DriverOptions>;
  readonly facts: LintFacts;
}

/** The pools that the code and the configuration of a unit declare, as each of its services sees them. */
export class CodePools {
  readonly #services: ServicePools;
  /** Services whose owner names these files: they run all of them. */
  readonly #owning = new Set<DeployedService>();

  constructor(unit: ReadUnit, known: KnownDrivers) {
    this.#services = new ServicePools(projectOf(unit, known), (_, service) => this.#owning.has(service) || undefined);
  }

  /** Undefined where no file with pools is one that the service runs. */
  of(service: DeployedService, { runsAll }: { readonly runsAll: boolean }): readonly FoundPool[] | undefined {
    if (runsAll) this.#owning.add(service);
    const own = this.#services.of(service);
    return own && foundPools(own, service);
  }
}

function projectOf(unit: ReadUnit, { profiles, facts }: KnownDrivers): Project {
  const { files, environment, manifests, paths } = unit;
  const base = { files, environment, manifests, paths, profiles, facts, config: defaultConfig, root: unit.root };
  const mayUseLibrary = libraryEvidence(hostOf(base));
  const context = { ...base, versionOf: () => undefined };
  const pools = paths.flatMap((file): readonly DeclaredPool[] => {
    if (!isRead(file) || isTestCode(file, unit.root)) return [];
    const text = files.read(file);
    if (text === undefined) return [];
    if (isCode(file)) return mayUseLibrary(file, text) ? (readCode(text, file, context).code?.pools ?? []) : [];
    const source = file.endsWith('.py') ? undefined : sourceReaders.find((reader) => reader.claims({ file, text }));
    if (source) return source.pools({ file, text }, { environment, read: (name) => files.read(name) });
    if (!isConfigFile({ file, text })) return [];
    return declaredPoolsInConfig({ file, text }, { ...context, read: (name) => files.read(name) }).pools;
  });
  return { ...base, pools };
}
