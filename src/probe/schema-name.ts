/** The document that `poolctl probe --json` writes. */
export const probeSchemaName = 'poolctl.probe/3';
/** Still read: times were 0 where nothing was served. */
export const secondProbeSchemaName = 'poolctl.probe/2';
/** Still read: moreover, `histogramsUs` of a run was called `histograms`. */
export const firstProbeSchemaName = 'poolctl.probe/1';

/** The plan of a sharded probe, which --save-plan writes and --plan reads. */
export const shardPlanSchemaName = 'poolctl.probe-shards/1';
/** What one shard of a plan writes; see shards/document.ts. */
export const shardSchemaName = 'poolctl.probe-shard/1';
