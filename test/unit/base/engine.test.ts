import { expect, it } from 'vitest';
import { askForMaxConnections } from '../../../src/base/engine.ts';

it.each([
  ['postgres', 'SHOW max_connections'],
  ['mysql', "SHOW VARIABLES LIKE 'max_connections'"],
  ['mariadb', "SHOW VARIABLES LIKE 'max_connections'"],
  [undefined, "SHOW max_connections, or SHOW VARIABLES LIKE 'max_connections'"],
])('names the statement of the engine, and both where it is not known: %s', (engine, statement) => {
  expect(askForMaxConnections(engine)).toBe(`Ask the server (${statement}) and give --max-connections.`);
});
