import { loadFormatsOf } from '../../declarations/formats/index.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { isCode } from '../../lint/kinds.ts';
import { isTestCode } from '../../lint/test-code.ts';
import type { FoundPool } from './found-pool.ts';
import type { FoundService } from './found-services.ts';
import type { ReadUnit } from './unit.ts';

type PoolsByCode = (found: FoundService, service: DeployedService) => readonly FoundPool[] | undefined;

/** Configuration of ORMs and frameworks that may hold a pool. */
const configuration =
  /(?:^|\/)(?:ormconfig|knexfile|config|database|appsettings[\w.-]*|application[\w.-]*|bootstrap[\w.-]*|c3p0|(?:db|tomcat|jdbc)[\w.-]*)\.(?:json|ya?ml|properties)$|\.prisma$/;

/** The pools by code and configuration. Parsers and profiles are loaded where a unit has some. */
export async function codePoolsOf(units: readonly ReadUnit[]): Promise<PoolsByCode> {
  const having = units.filter(
    ({ paths, root, manifests }) =>
      manifests.services.some(({ files }) => (files?.length ?? 0) > 0) ||
      paths.some(
        (path) =>
          (isCode(path) || /\.(?:py|go|rs|exs?|xml|toml)$/.test(path) || configuration.test(path)) &&
          !isTestCode(path, root),
      ),
  );
  if (having.length === 0) return () => undefined;
  const [{ CodePools }, { allDriverProfiles }, { lintFacts }] = await Promise.all([
    import('./code-pools.ts'),
    import('../../profiles/all-drivers.ts'),
    import('../../profiles/lint-facts.ts'),
  ]);
  await loadFormatsOf(having.flatMap(({ paths }) => paths));
  const [profiles, facts] = await Promise.all([allDriverProfiles(), lintFacts()]);
  const known = { profiles, facts };
  const wanted = new Set(having);
  const made = new Map<ReadUnit, InstanceType<typeof CodePools>>();
  return ({ unit, isOwnUnit }, service) => {
    if (!unit || !wanted.has(unit)) return undefined;
    const pools = made.get(unit) ?? new CodePools(unit, known);
    made.set(unit, pools);
    return pools.of(service, { runsAll: isOwnUnit });
  };
}
