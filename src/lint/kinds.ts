const configuration = /(?:\.(?:ya?ml|json|properties|ini|toml|env|prisma|tf|tfvars|xml|cnf|conf)|(?:^|\/)\.env[^/]*)$/i;
/** Files that programs write, or that are long and say nothing of pools; lock files are read where a version is asked for. */
const others =
  /(?:^|\/)(?:poolctl-suppressions|package-lock|npm-shrinkwrap|composer|renovate|tsconfig[\w.-]*)\.json$|(?:^|\/)poolctl\.yaml$|lock\.ya?ml$|\.min\.[cm]?js$/;

/** Languages beside JavaScript whose pools are judged. */
const sources = /\.(?:go|rs|exs?|py)$/;

/** Whether files of that name are read: code, configuration, manifests, variables of the environment. */
export function isRead(path: string): boolean {
  return (isCode(path) || configuration.test(path) || sources.test(path)) && !others.test(path);
}

/** Whether a file of that name holds JavaScript or TypeScript that runs. */
export function isCode(path: string): boolean {
  return /(?<!\.d)\.[cm]?[jt]sx?$/.test(path);
}
