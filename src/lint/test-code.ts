const folders =
  /(?:^|\/)(?:__tests__|__mocks__|__fixtures__|tests?\d*|specs?|e2e|fixtures?|mocks?|examples?|samples?|demos?|docs?|bench(?:marks?)?|src\/\w+Test)\//;
const names =
  /\.(?:test|spec|e2e-spec|bench|stories)\.[cm]?[jt]sx?$|(?:^|\/)(?:(?:jest|vitest)[-_.](?:utils?|setup|helpers?|data|db|server)|test[-_.][\w.-]+)\.[cm]?[jt]sx?$/;

/**
 * Whether a file is there to test or to show, by its path. Sizes and timeouts in it are nobody's outage, so it has no say in
 * a budget and rules on pools leave it alone; a leak in it is a leak. What the folders around the project (`root`, with a `/`
 * behind it) are called says nothing.
 */
export function isTestCode(path: string, root = ''): boolean {
  const below = path.startsWith(root) ? path.slice(root.length) : path;
  return folders.test(below) || names.test(below);
}
