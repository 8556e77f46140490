import { platformDefaults } from '../../declarations/manifests/platform-defaults.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { countOf, known } from '../../declarations/manifests/values.ts';
import type { FoundService } from './found-services.ts';

const sharedName = 'functions without a reservation';

/** Of new accounts it is less, and it can be raised. */
export const usualConcurrency = platformDefaults.lambdaAccountConcurrency;

/**
 * Functions without a reservation share what the account has left, so that they are one row: each alone may take all of it,
 * and all together no more.
 */
export function shareAccount(
  services: readonly FoundService[],
  concurrency: number | undefined,
): readonly FoundService[] {
  const isShared = ({ kind, most, sharesConcurrency }: DeployedService) =>
    sharesConcurrency ?? (kind === 'Lambda function' && countOf(most) === undefined);
  const sharing = services.filter(
    ({ written, deployed }) => written?.value.instances?.max === undefined && deployed.some(isShared),
  );
  const [first] = sharing;
  if (!first) return services;
  const reserved = services
    .flatMap(({ deployed }) => deployed)
    .reduce((sum, service) => sum + (service.kind === 'Lambda function' ? (countOf(service.most) ?? 0) : 0), 0);
  const of = concurrency === undefined ? 'default of the concurrency of an account' : 'accountConcurrency of the fleet';
  const left = Math.max(0, (concurrency ?? usualConcurrency) - reserved);
  const typed = sharing.filter(({ written }) => written);
  const [functions, others] = [sharing.flatMap(({ deployed }) => deployed.filter(isShared)), sharing.flatMap(restOf)];
  const most = known(left, { kind: 'default', text: of });
  const all = functions.map((service, at) => ({ ...service, most: at === 0 ? most : known(0, ...most.origins) }));
  const one: FoundService = {
    ...(typed.length === 1 && typed[0] ? typed[0] : first),
    name: typed.length === 1 && typed[0] ? typed[0].name : functions.length === 1 ? first.name : sharedName,
    deployed: [...all, ...(sharing.length === 1 ? others : [])],
  };
  const rest = sharing.length === 1 ? [] : sharing.filter((each) => restOf(each).length > 0);
  return [
    ...services.filter((each) => !sharing.includes(each)),
    one,
    ...rest.map((each) => ({ ...each, deployed: restOf(each) })),
  ];

  function restOf({ deployed }: FoundService): DeployedService[] {
    return deployed.filter((service) => !isShared(service));
  }
}
