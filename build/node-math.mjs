// exp, log and powers differ in their last digit from one browser to the next. The page has to answer as the command does, so
// it computes them as Node does (src/playground/elementary.ts).
import { parseSync } from 'oxc-parser';

const own = { exp: 'nodeExp', expm1: 'nodeExpm1', log: 'nodeLog', log1p: 'nodeLog1p', pow: 'nodePow' };
const mentions = /\*\*|Math\.(?:exp|expm1|log|log1p|pow)\b/;

/** A plugin that replaces them in all files but `elementary`, the file that has them. */
export const nodeMath = (elementary) => ({
  name: 'node-math',
  transform: {
    order: 'pre',
    filter: { id: /\.ts$/, code: mentions },
    handler: (code, id) => (id === elementary ? undefined : withNodeMath(code, id, elementary)),
  },
});

function withNodeMath(code, id, elementary) {
  const edits = [];
  const used = new Set();
  const use = (name) => {
    used.add(own[name]);
    return own[name];
  };
  walk(parseSync(id, code).program, (node) => {
    if (node.type === 'AssignmentExpression' && node.operator === '**=') {
      const left = code.slice(node.left.start, node.left.end);
      edits.push([node.left.end, node.right.start, ` = ${use('pow')}(${left}, `]);
      edits.push([node.end, node.end, ')']);
    }
    if (node.type === 'BinaryExpression' && node.operator === '**') {
      edits.push([node.start, node.start, `${use('pow')}(`]);
      edits.push([node.left.end, node.right.start, ', ']);
      edits.push([node.end, node.end, ')']);
    }
    const { object, property } = node.type === 'MemberExpression' ? node : {};
    if (object?.name === 'Math' && Object.hasOwn(own, property.name))
      edits.push([node.start, node.end, use(property.name)]);
  });
  if (edits.length === 0) return undefined;
  const changed = edits
    .sort(([a, endOfA], [b, endOfB]) => b - a || endOfB - endOfA)
    .reduce((text, [from, to, by]) => text.slice(0, from) + by + text.slice(to), code);
  return `${changed}\nimport { ${[...used].join(', ')} } from ${JSON.stringify(elementary)};\n`;
}

function walk(node, see) {
  if (typeof node !== 'object' || node === null) return;
  if (typeof node.type === 'string') see(node);
  for (const child of Object.values(node)) walk(child, see);
}
