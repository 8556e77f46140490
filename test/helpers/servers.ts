import type { TestProject } from 'vitest/node';
import { mariadb } from './servers/mariadb.ts';
import { postgres } from './servers/postgres.ts';
import { prepare } from './servers/prepare.ts';
import { tearDown } from './servers/teardown.ts';

/**
 * Starts the real database servers that the tests in test/live share, once per run, and stops them at its end. Tests
 * reach them through `describeWith` of live.ts.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const preparations = [prepare(postgres), prepare(mariadb)] as const;
  await Promise.allSettled(preparations); // When one fails, the other must be ready to be torn down.
  try {
    project.provide('postgres', await preparations[0]);
    project.provide('mariadb', await preparations[1]);
  } catch (error) {
    // Vitest calls no teardown after a set-up that failed. What fails now only follows from the first error.
    await Promise.allSettled([tearDown()]);
    throw error;
  }
  return tearDown;
}
