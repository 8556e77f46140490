/** The first version that counts the parallel workers of queries in pg_stat_database. */
export const workersSince = 18;
/** Each parallel worker of a query commits twice beside the query itself (13 to 18; findings/postgresql-parallel-workers-commit-twice.sh). */
const commitsPerWorker = 2;

/** Transactions that have ended, as an expression over a row of pg_stat_database. */
export function endedTransactions(major: number): string {
  const byWorkers = major >= workersSince ? ` - ${commitsPerWorker} * parallel_workers_launched` : '';
  return `xact_commit + xact_rollback${byWorkers}`;
}
