import { folderOf, foldersUpward } from '../../declarations/code/paths.ts';
import type { ProjectFiles } from '../project.ts';

/** A platform that runs the code of a folder as functions, and the file that says so. */
export interface ServerlessPlatform {
  readonly name: string;
  readonly file: string;
}

const markers: readonly (readonly [file: string, name: string])[] = [
  ['vercel.json', 'Vercel'],
  ['serverless.yml', 'the Serverless Framework'],
  ['serverless.yaml', 'the Serverless Framework'],
  ['serverless.ts', 'the Serverless Framework'],
  ['wrangler.toml', 'Cloudflare Workers'],
  ['wrangler.jsonc', 'Cloudflare Workers'],
  ['wrangler.json', 'Cloudflare Workers'],
];

/** Packages that only functions import. */
const packages: readonly (readonly [name: RegExp, platform: string])[] = [
  [/['"]aws-lambda['"]|['"]@types\/aws-lambda['"]/, 'AWS Lambda'],
  [/['"]@vercel\/(?:functions|node)['"]/, 'Vercel'],
  [/['"]@netlify\/functions['"]/, 'Netlify'],
];

/** The platform by what the code imports, or by a file beside the code or above it, no further up than its package. */
export function serverlessPlatform(file: string, files: ProjectFiles): ServerlessPlatform | undefined {
  const text = files.read(file) ?? '';
  const own = packages.find(([name]) => name.test(text));
  if (own) return { name: own[1], file };
  for (const folder of foldersUpward(folderOf(file))) {
    const at = (name: string) => (folder === '' ? name : `${folder}/${name}`);
    const marker = markers.find(([name]) => files.exists(at(name)));
    if (marker) return { name: marker[1], file: at(marker[0]) };
    for (const name of ['template.yaml', 'template.yml']) {
      const template = files.read(at(name)) ?? '';
      // Managed Instances serve several requests at a time.
      const isManaged = template.includes('CapacityProviderConfig');
      if (/^Transform:\s*['"]?AWS::Serverless/m.test(template))
        return isManaged ? undefined : { name: 'AWS Lambda', file: at(name) };
    }
    if (files.exists(at('package.json'))) return undefined;
  }
  return undefined;
}
