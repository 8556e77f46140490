// What a bare driver does with a server that lets nobody in: log in, ask for the limit, print. Run by ../refusals.mjs.
const { DATABASE_URL: url = '', BARE_TLS: tls } = process.env;
const ssl = tls === undefined ? undefined : { rejectUnauthorized: tls === 'checked' };

async function postgres() {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, ...(ssl && { ssl }) });
  await client.connect();
  console.log((await client.query('SHOW max_connections')).rows);
  await client.end();
}

async function mysql() {
  const { default: driver } = await import('mysql2/promise');
  const connection = await driver.createConnection({ uri: url, ...(ssl && { ssl }) });
  console.log((await connection.query("SHOW VARIABLES LIKE 'max_connections'"))[0]);
  await connection.end();
}

try {
  await (url.startsWith('mysql') ? mysql() : postgres());
} catch (error) {
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 3;
}
