// Makes mutants of a source file, all of them within one text: which of them is alive is asked of `globalThis.__mutation` when the code runs.
import ts from 'typescript';

const OPERATORS = {
  '<': ['<='],
  '<=': ['<'],
  '>': ['>='],
  '>=': ['>'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '+=': ['-='],
  '-=': ['+='],
};
const ORDER = new Set(['<', '<=', '>', '>=']);
const COMPARISONS = new Set(['===', '!==', ...ORDER]);
/** Other values that a function of such a type could have returned. */
const RETURNS = { boolean: ['true', 'false'], number: ['-1', '0'], AnswerStatus: ['0', '1', '2'] };
const CALLS = { min: 'max', max: 'min', some: 'every', every: 'some' };
const CONSTANT = /^([A-Z]\w*\.)?[A-Z][A-Z0-9_]*$/;

/**
 * @param {string} file - for the reports.
 * @param {string} text - TypeScript.
 * @param {number} first - number of the first mutant.
 * @returns {{ text: string, mutants: { number: number, file: string, line: number, code: string, from: string, to: string }[] }} The text has as many lines as before.
 */
export function instrument(file, text, first) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lines = text.split('\n');
  const mutants = [];
  const add = (node, to) => {
    const number = first + mutants.length;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    mutants.push({ number, file, line: line + 1, code: lines[line], from: oneLine(node.getText()), to: oneLine(to) });
    return `globalThis.__mutation.is(${number})`;
  };
  const emit = (node) => {
    if (
      ts.isTypeNode(node) ||
      ts.isImportDeclaration(node) ||
      ts.isExportDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      (ts.isToken(node) && node.parent?.operatorToken === node)
    )
      return node.getText();
    if (isDroppable(node)) {
      const isAlive = add(node, ';');
      return `{ if (!${isAlive}) ${emitChildren(node)} }`;
    }
    const others = [...new Set(replacements(node))].filter((to) => to !== node.getText());
    const choices = others.map((to) => `${add(node, to)} ? ${to.replaceAll(/\n/g, ' ')} : `);
    return choices.length > 0 ? `(${choices.join('')}${emitChildren(node)})` : emitChildren(node);
  };
  const emitChildren = (node) => {
    let out = '';
    let at = node.getStart();
    ts.forEachChild(node, (child) => {
      // A type argument list, a doc comment: what comes twice or backwards stays as it is.
      if (child.getStart() < at) return;
      out += text.slice(at, child.getStart()) + emit(child);
      at = child.end;
    });
    return out + text.slice(at, node.end);
  };
  const instrumented = text.slice(0, source.getStart()) + emitChildren(source) + text.slice(source.end);
  return { text: instrumented, mutants };
}

function oneLine(text) {
  return text.replaceAll(/\s+/g, ' ');
}

/** Statements for their effect, and jumps. */
function isDroppable(node) {
  if (ts.isExpressionStatement(node))
    return !(ts.isCallExpression(node.expression) && node.expression.expression.kind === ts.SyntaxKind.SuperKeyword);
  return (
    ts.isContinueStatement(node) ||
    ts.isBreakStatement(node) ||
    ts.isThrowStatement(node) ||
    (ts.isReturnStatement(node) && !node.expression)
  );
}

/** What could stand in the place of an expression. */
function replacements(node) {
  const text = node.getText();
  const found = [];
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText();
    const [left, right] = [node.left.getText(), node.right.getText()];
    const isAssignment = operator === '+=' || operator === '-=';
    for (const other of OPERATORS[operator] ?? []) found.push(isAssignment ? `${left} ${other} ${right}` : `(${left}) ${other} (${right})`);
  } else if (ts.isPostfixUnaryExpression(node)) {
    found.push(node.operand.getText() + (node.operator === ts.SyntaxKind.PlusPlusToken ? '--' : '++'));
  } else if (isNumber(node)) {
    found.push(String(Number(text) + 1));
    // -1 stands for what is not there; -2 would do as well.
    if (Number(text) >= 0) found.push(String(Number(text) - 1));
  } else if (text === 'true' || text === 'false') {
    found.push(String(text === 'false'));
  } else if ((ts.isStringLiteral(node) || ts.isTemplateExpression(node)) && isValue(node)) {
    found.push("''");
  } else if (CONSTANT.test(text) && isValue(node)) {
    found.push(`(${text} + 1)`);
  } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression;
    if (CALLS[name.text])
      found.push(`${expression.getText()}.${CALLS[name.text]}(${node.arguments.map((one) => one.getText()).join(', ')})`);
  }
  found.push(...verdicts(node));
  if (isCaseLabel(node)) found.push('NaN');
  const returned = returnType(node);
  if (returned && !CONSTANT.test(text)) found.push(...RETURNS[returned]);
  return found;
}

function isNumber(node) {
  // One more or less than a boundary is its other side.
  if (ts.isBinaryExpression(node.parent) && ORDER.has(node.parent.operatorToken.getText())) return false;
  if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.MinusToken && ts.isNumericLiteral(node.operand);
  const isSigned = ts.isPrefixUnaryExpression(node.parent) && node.parent.operator === ts.SyntaxKind.MinusToken;
  return ts.isNumericLiteral(node) && !isSigned && isValue(node);
}

/** Not a name, a target of an assignment or what is called. */
function isValue(node) {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return !(parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken);
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) return parent.argumentExpression === node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent))
    return parent.initializer === node;
  return (
    ts.isReturnStatement(parent) ||
    ts.isConditionalExpression(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isArrowFunction(parent) ||
    ts.isPrefixUnaryExpression(parent) ||
    ts.isCaseClause(parent) ||
    ts.isTemplateSpan(parent)
  );
}

/** What a condition could have said instead. The negation is left out: what tells both verdicts from the original tells that. */
function verdicts(node) {
  const { parent } = node;
  const above = ts.isBinaryExpression(parent) ? parent.operatorToken.getText() : '';
  // The other verdict is one of the whole expression.
  if (above === '&&') return ['true'];
  if (above === '||') return ['false'];
  // A loop that never ends is no news.
  if (isLoopCondition(node)) return ['false'];
  const isVerdict = ts.isBinaryExpression(node) && [...COMPARISONS, '&&', '||'].includes(node.operatorToken.getText());
  const isAsked =
    (ts.isIfStatement(parent) && parent.expression === node) || (ts.isConditionalExpression(parent) && parent.condition === node);
  return isVerdict || isAsked ? ['true', 'false'] : [];
}

function isLoopCondition(node) {
  const { parent } = node;
  if (ts.isForStatement(parent)) return parent.condition === node;
  return (ts.isWhileStatement(parent) || ts.isDoStatement(parent)) && parent.expression === node;
}

function isCaseLabel(node) {
  return ts.isCaseClause(node.parent) && node.parent.expression === node;
}

/** The key of RETURNS that the function declares to return, where the node is what it returns. */
function returnType(node) {
  let { parent } = node;
  if (!ts.isReturnStatement(parent) && !(ts.isArrowFunction(parent) && parent.body === node)) return undefined;
  while (parent && !ts.isFunctionLike(parent)) parent = parent.parent;
  return parent?.type
    ?.getText()
    .split(' | ')
    .find((type) => RETURNS[type]);
}
