/** The document that `poolctl probe --json` writes. */
export const probeSchemaName = 'poolctl.probe/2';
/** Still read: `histogramsUs` of a run was called `histograms`. */
export const firstProbeSchemaName = 'poolctl.probe/1';
