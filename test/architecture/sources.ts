import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../src/config/package-root.js';

/** A source file, parsed; paths are relative to the package, with slashes. */
export interface Source {
  path: string;
  text: string;
  tree: ts.SourceFile;
  imports: Import[];
}

export interface Import {
  specifier: string;
  /** For `./…`: the imported file, relative to the package. */
  file: string | undefined;
  /** `import type`, or every name in it marked so: gone at run time. */
  isTypeOnly: boolean;
  names: string[];
}

/** Every TypeScript file below a folder of the package; the console has its own tests and its own tsconfig. */
export function sourcesBelow(folder: string): Source[] {
  return filesBelow(folder)
    .filter((path) => path.endsWith('.ts') && !path.startsWith('src/console/'))
    .map(sourceAt);
}

/** Every file below a folder of the package. */
export function filesBelow(folder: string): string[] {
  const root = packageRoot();
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(join(packageRoot(), path), 'utf8');
}

export function sourceAt(path: string): Source {
  return parsed(path, textOf(path));
}

export function parsed(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  visit(tree, (node) => {
    const found = importAt(node, path);
    if (found) imports.push(found);
  });
  return { path, text, tree, imports };
}

export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  node.forEachChild((child) => visit(child, look));
}

/** `import … from`, `export … from`, `import('…')`, and the type `import('…').X`. */
function importAt(node: ts.Node, path: string): Import | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause;
    const bindings = clause?.namedBindings;
    const elements = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
    const isTypeOnly =
      clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
      (elements.length > 0 && !clause?.name && elements.every((element) => element.isTypeOnly));
    const names = elements.map((element) => (element.propertyName ?? element.name).text);
    return imported(node.moduleSpecifier.text, path, isTypeOnly, names);
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return imported(node.moduleSpecifier.text, path, node.isTypeOnly);
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return argument && ts.isStringLiteral(argument) ? imported(argument.text, path, false) : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    return ts.isStringLiteral(literal) ? imported(literal.text, path, true) : undefined;
  }
  return undefined;
}

function imported(specifier: string, from: string, isTypeOnly: boolean, names: string[] = []): Import {
  const file = specifier.startsWith('.')
    ? join(dirname(from), specifier).replaceAll('\\', '/').replace(/\.js$/, '.ts')
    : undefined;
  return { specifier, file, isTypeOnly, names };
}

/** `path:line: what stands there`, for a list of findings that a reader can act on. */
export function at(source: Source, node: ts.Node): string {
  const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart());
  return `${source.path}:${line + 1}: ${node.getText().split('\n')[0] ?? ''}`;
}
