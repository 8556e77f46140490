/** The package that an import names, without version and protocol, and the path in it: `npm:pg@8`, `mysql2/promise`. */
export function packageOf(specifier: string): { readonly name: string; readonly subpath: string } {
  const bare = specifier.replace(/^(?:npm:\/?|node:|bun:|https:\/\/(?:esm\.sh|cdn\.skypack\.dev|deno\.land\/x)\/)/, '');
  const [, name = bare, subpath = ''] = /^((?:@[^/@]+\/)?[^/@]+)(?:@[^/]*)?(?:\/(.*))?$/.exec(bare) ?? [];
  return { name, subpath: subpath.replace(/\.js$/, '') };
}
