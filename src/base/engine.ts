export type EngineId = 'postgres' | 'mysql' | 'mariadb';

/** As people write them. */
export const engineNames = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' } as const;
