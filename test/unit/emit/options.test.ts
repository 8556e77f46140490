import { describe, expect, it } from 'vitest';
import { emitSnippet } from '../../../src/emit/run.ts';
import { allTargets } from '../../../src/emit/targets/index.ts';
import { driverProfile } from '../../../src/profiles/load.ts';

const settings = {
  connectionLimit: 90,
  queueLimit: 50,
  acquireTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  queryTimeoutMs: 60_000,
};
const concepts = ['connectionLimit', 'queueLimit', 'acquireTimeout'] as const;
/** Django has a pool on PostgreSQL only; elsewhere its snippet bounds the processes. */
const withoutPool = (name: string, engine: string) => name === 'django' && engine !== 'postgres';

const all = await allTargets();

/** The names under which a driver or what it wraps takes a setting; the last word of a path with dots. */
async function namesOf(driver: string, concept: (typeof concepts)[number]): Promise<string[]> {
  const { options, wraps = [] } = await driverProfile(driver);
  const own = options[concept];
  if (!own) return (await Promise.all(wraps.map((wrapped) => namesOf(wrapped, concept)))).flat();
  return [own, ...(own.or ?? [])].flatMap(({ option }) =>
    option === undefined ? [] : [option.split('.').at(-1) ?? ''],
  );
}

describe.each(all)('$name', ({ name, target }) => {
  it.each(target.engines.filter((engine) => !withoutPool(name, engine)))(
    'writes options by a name that its driver profile knows: %s',
    async (engine) => {
      const { text } = await emitSnippet(name, settings, { engine });
      for (const concept of concepts) {
        const names = await namesOf(target.driver, concept);
        if (names.length === 0 || concept in target.instead || target.has?.[concept as never] === false) continue;
        const written = names.filter((option) =>
          new RegExp(`(?<![\\w-])${option.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text),
        );
        expect([concept, names, written.length > 0]).toEqual([concept, names, true]);
      }
    },
  );
});
