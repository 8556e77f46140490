/** The file of suppressions, in the root of a project. */
export const suppressionsFile = 'poolctl-suppressions.json';
