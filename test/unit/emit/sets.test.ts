import { describe, expect, it } from 'vitest';
import type { EngineId } from '../../../src/base/engine.ts';
import { setsOf } from '../../../src/emit/driver-of.ts';
import { inputFor } from '../../../src/emit/run.ts';
import type { Target } from '../../../src/emit/target.ts';
import { allTargets } from '../../../src/emit/targets/index.ts';
import { driverChain } from '../../../src/profiles/behaviour-of.ts';

const targets = (await allTargets()).filter(({ target }) => target.isPooler === undefined);
const cases = targets.flatMap(({ name, target }) => target.engines.map((engine) => ({ name, target, engine })));

describe('what a target says that its snippet sets', () => {
  it.each(cases)('stands in the snippet, and nothing that matters is left out: $name on $engine', async (each) => {
    const { target, engine } = each;
    const names = await optionsThatMatter(target, engine);
    for (const connectionLimit of [1, 10]) {
      for (const given of [{ connectionLimit }, { connectionLimit, queryTimeoutMs: 5_000 }]) {
        const said = Object.entries(setsOf(target, engine, given)).filter(([name]) => names.includes(name));
        const text = snippet(target, engine, given);
        const seen = names.flatMap((name) => (text.includes(name) ? [[name, valueIn(text, name)]] : []));
        expect(said.map(([name]) => name).sort()).toEqual(seen.map(([name]) => name).sort());
        for (const [name, value] of seen) {
          // Times have other units, and an object has none.
          if (typeof value === 'number' && /min|idle$|conns$/i.test(String(name))) {
            expect(Object.fromEntries(said)[String(name)], String(name)).toBe(value);
          }
        }
      }
    }
  });
});

/** Without paths, and what a profile adds to a name. */
async function optionsThatMatter(target: Target, engine: EngineId): Promise<string[]> {
  const chain = await driverChain(target.behavesAs ?? target.driver, engine);
  const concepts = chain.flatMap(({ options }) => [options.minIdle?.option, options.idleTimeout?.option]);
  const exceeds = chain.flatMap(({ behaviour }) => behaviour?.exceeds ?? []);
  const own = exceeds.filter(({ engines }) => engines === undefined || engines.includes(engine));
  const others = chain.map(({ behaviour }) => behaviour?.idles?.mostIdle?.option);
  const names = [...concepts, ...others, ...own.flatMap(({ option, prevented }) => [option, prevented])];
  const bare = names.flatMap(
    (name) => /^[\w.-]*?([\w-]+)(?: below it| 0| \(of SELECT\))?$/.exec(name ?? '')?.[1] ?? [],
  );
  return [...new Set(bare)].filter((name) => !hooks.includes(name));
}

/** They may lose connections where a snippet has them with errors: it catches those. */
const hooks = ['afterCreate', 'afterConnect'];

function snippet(target: Target, engine: EngineId, settings: { connectionLimit: number; queryTimeoutMs?: number }) {
  const all = { queueLimit: 20, acquireTimeoutMs: 5_000, connectTimeoutMs: 5_000, ...settings };
  const text = target.render(inputFor(target, { names: [], settings: all, why: [], engine }));
  const code = text
    .replace(/<!--[\s\S]*?-->|(^|\s)(\/\/|#|--|;).*$|'no query timeout:'/gm, ' ')
    .replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
  // Only what is an option: a name with a value.
  return { includes: (name: string) => patternOf(name).test(code), code };
}

const patternOf = (name: string) => new RegExp(`(?<![\\w-])${name}['"]?\\s*[:=(]\\s*['"]?(\\w*)`);

function valueIn({ code }: { code: string }, name: string): number | string | undefined {
  const value = patternOf(name).exec(code)?.[1];
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : value;
}
