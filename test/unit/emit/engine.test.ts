import { describe, expect, it } from 'vitest';
import { emitSnippet } from '../../../src/emit/run.ts';
import { targets } from '../../../src/emit/targets/index.ts';

const settings = { connectionLimit: 12, queueLimit: 5, acquireTimeoutMs: 3_000, connectTimeoutMs: 10_000 };
const engines = ['postgres', 'mysql', 'mariadb'] as const;

/** The text for each engine that the target talks to. */
async function texts(name: string): Promise<Set<string>> {
  const variants = (await targets[name]?.()) ?? [];
  const own = engines.filter((engine) => variants.some((variant) => variant.engines.includes(engine)));
  return new Set(await Promise.all(own.map(async (engine) => (await emitSnippet(name, settings, { engine })).text)));
}

describe('an engine that nobody named', () => {
  it.each(Object.keys(targets))('is said where the snippet differs by it, and only there: %s', async (name) => {
    const { warnings } = await emitSnippet(name, settings);
    const said = warnings.filter(({ code }) => code === 'ENGINE_ASSUMED');
    expect(said).toHaveLength((await texts(name)).size > 1 ? 1 : 0);
  });

  it.each(Object.keys(targets))('is not spoken of once it is named: %s', async (name) => {
    for (const engine of engines) {
      const warnings = await emitSnippet(name, settings, { engine }).then(
        (snippet) => snippet.warnings,
        () => [],
      );
      expect(warnings.filter(({ code }) => code === 'ENGINE_ASSUMED')).toEqual([]);
    }
  });

  it('is said with the command that writes for the others', async () => {
    expect((await emitSnippet('typeorm', settings)).warnings[0]).toEqual({
      code: 'ENGINE_ASSUMED',
      message:
        'TypeORM on mysql2: this is for MySQL, because no server was named. For PostgreSQL and MariaDB it differs.',
      hint: '`poolctl emit` and `convert` write for those with --engine postgres or --engine mariadb.',
    });
    expect((await emitSnippet('mariadb', settings)).warnings[0]?.hint).toBe(
      '`poolctl emit` and `convert` write for that with --engine mysql.',
    );
  });

  it('is said where the settings can be had with one engine only', async () => {
    const { warnings } = await emitSnippet('hikaricp', { ...settings, connectTimeoutMs: 1_500 });
    expect(warnings[0]?.message).toContain('For PostgreSQL and MariaDB it differs.');
  });
});
