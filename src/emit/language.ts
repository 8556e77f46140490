/** How the snippet of a Node target is written: TypeScript, ECMAScript modules, CommonJS. */
export const languages = ['ts', 'js', 'cjs'] as const;
/** How a snippet of a Node target is written. */
export type Language = (typeof languages)[number];

/**
 * Snippets are written as TypeScript with ⟨marks⟩ around all that is of types only. JavaScript is what is left without
 * them; CommonJS has `require` and `module.exports` instead of `import` and `export`.
 */
export function inLanguage(marked: string, language: Language): string {
  if (language === 'ts') return marked.replace(/[⟨⟩]/g, '');
  const plain = marked
    .replace(/^[ \t]*⟨[^⟩]*⟩[ \t]*\n(?:[ \t]*\n)?/gm, '')
    .replace(/⟨[^⟩]*⟩/g, '')
    .trimStart();
  return language === 'js' ? plain : asCommonJs(plain);
}

function asCommonJs(text: string): string {
  const exported = [...text.matchAll(/^export (?:const|(?:async )?function|class) (\w+)/gm)].map((match) => match[1]);
  const body = text
    .replace(/^import (\w+) from ('[^']+');$/gm, 'const $1 = require($2);')
    .replace(/^import (\{[^}]*\}) from ('[^']+');$/gm, (_line, names: string, from: string) => {
      return `const ${names.replace(/\bas\b/g, ':').replace(/\s+:/g, ':')} = require(${from});`;
    })
    .replace(/^import \* as (\w+) from ('[^']+');$/gm, 'const $1 = require($2);')
    .replace(/^import ('[^']+');$/gm, 'require($1);')
    .replace(/^export (?=(?:const|(?:async )?function|class) )/gm, '');
  return exported.length === 0 ? body : `${body.trimEnd()}\n\nmodule.exports = { ${exported.join(', ')} };\n`;
}
