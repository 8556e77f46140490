// Failures that are known, each with its reason: `target`, `check`, and where it is not everywhere `engine`, `runtimes`.
export const known = [];
