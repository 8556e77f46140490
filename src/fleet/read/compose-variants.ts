import { folderOf } from '../../declarations/code/paths.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';

/** What the name of a compose file, or of its folder, says that it is for: production first, what is not deployed last. */
const deployed = /(?:^|[./_-])(?:prod|production|deploy|live|swarm|stack)(?:[./_-]|$)/i;
const plain = /(?:^|\/)(?:docker-)?compose\.ya?ml$/i;
const notDeployed =
  /(?:^|[./_-])(?:dev|devel|development|local|test|tests|testing|ci|e2e|cypress|build|debug|examples?)(?:[./_-]|$)/i;

function rankOf(file: string): number {
  if (notDeployed.test(file)) return 3;
  if (deployed.test(file)) return 0;
  return plain.test(file) ? 1 : 2;
}

type Composed = Pick<DeployedService, 'release'>;

/** The compose file that is deployed rather than another comes first: by its name, then by how deep it is. */
export function byMeaning({ release: a }: Composed, { release: b }: Composed): number {
  return rankOf(a) - rankOf(b) || a.split('/').length - b.split('/').length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Compose files of one folder are variants of one deployment: of services of one name, one runs. */
export function withoutVariants<One extends { readonly service: DeployedService }>(
  all: readonly One[],
): readonly One[] {
  const kept = new Map<string, One>();
  for (const one of all) {
    const folder = folderOf(one.service.release);
    const before = kept.get(folder);
    if (!before || byMeaning(one.service, before.service) < 0) kept.set(folder, one);
  }
  return all.filter((one) => kept.get(folderOf(one.service.release)) === one);
}
