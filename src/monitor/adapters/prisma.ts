import { type OwnedPool, ownerAdapter } from '../adapter.ts';
import { interpose } from '../interpose.ts';
import { hasMethods } from '../shape.ts';

interface AdapterFactory {
  /** The pool that the application gave to @prisma/adapter-pg. */
  readonly externalPool?: object | null;
}

interface DriverAdapter {
  underlyingDriver(): object;
}

/**
 * A driver adapter of Prisma 7 (`new PrismaPg(…)`, `new PrismaMariaDb(…)`), to be given here before its PrismaClient
 * connects: only then does it make its pool.
 */
export const prismaAdapter = ownerAdapter('prisma', isFactory, (factory, found) => {
  const pools = new Set<object>(factory.externalPool ? [factory.externalPool] : []);
  const tell = () => found([...pools].map((pool): OwnedPool => ({ pool, role: undefined })));
  tell();
  const take = (adapter: unknown) => {
    if (!isDriverAdapter(adapter)) return;
    pools.add(adapter.underlyingDriver());
    tell();
  };
  return interpose(factory, 'connect', async (original, self, args) => {
    const adapter = await Reflect.apply(original, self, args);
    take(adapter);
    return adapter;
  });
});

function isFactory(candidate: object): candidate is AdapterFactory {
  return 'adapterName' in candidate && 'provider' in candidate && hasMethods(candidate, 'connect');
}

function isDriverAdapter(value: unknown): value is DriverAdapter {
  return typeof value === 'object' && value !== null && hasMethods(value, 'underlyingDriver');
}
