"""Small changes to functions, each of which some test should notice."""

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

from support.template import ROOT

PACKAGE = ROOT / "layers/wecom_sync/wecom_sync"
ROOMS = ("domain", "planning", "guardrails", "files", "use_cases", "adapters")
"""Where a mistake costs people their accounts."""
_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where it is, what the line said and says, and the code of the function."""

    path: Path
    line: int
    what: str
    first_line: int
    code: CodeType

    def __str__(self) -> str:
        return f"{self.path.relative_to(PACKAGE)}:{self.line}: {self.what}"


def sample(count: int, seed: int) -> list[Mutant]:
    """Return so many mutants of all there may be, chosen by chance."""
    files = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))
    places = [(path, at) for path in files for at in range(len(_places(_tree(path))))]
    chosen = random.Random(seed).sample(places, min(count, len(places)))
    return [_mutant(path, at) for path, at in chosen]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield functions and methods, not those within functions."""
    for node in tree.body:
        body: Sequence[ast.stmt] = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (each for each in body if isinstance(each, ast.FunctionDef))


def _places(tree: ast.Module) -> list[tuple[ast.FunctionDef, ast.AST]]:
    """Return what may be changed, with its function."""
    return [
        (function, node)
        for function in _functions(tree)
        for statement in function.body
        for node in ast.walk(statement)
        if _may_change(node)
    ]


def _may_change(node: ast.AST) -> bool:
    match node:
        case ast.Compare(ops=[op]):
            return type(op) in _OTHER
        case ast.BoolOp(op=op) | ast.BinOp(op=op):
            return type(op) in _OTHER
        case ast.Constant(value=value):
            return isinstance(value, bool | int)
        case ast.UnaryOp(op=ast.Not()) | ast.IfExp() | ast.If() | ast.Return(value=ast.expr()):
            return True
        case ast.comprehension(ifs=[_, *_]):
            return True
    return False


def _mutant(path: Path, at: int) -> Mutant:
    tree = _tree(path)
    function, node = _places(tree)[at]
    before = ast.unparse(node).partition("\n")[0]
    _change(node)
    after = ast.unparse(node).partition("\n")[0]
    module = compile(ast.fix_missing_locations(tree), str(path), "exec")
    code = next(
        code for code in _codes(module)
        if code.co_name == function.name and code.co_firstlineno == _first_line(function)
    )  # fmt: skip
    line = getattr(node, "lineno", function.lineno)
    return Mutant(path, line, f"{before}  ->  {after}", code.co_firstlineno, code)


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(each.lineno for each in function.decorator_list)])


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _change(node: ast.AST) -> None:
    """Change a node in place."""
    match node:
        case ast.Compare():
            node.ops = [_OTHER[type(node.ops[0])]()]  # type: ignore[list-item]
        case ast.BoolOp() | ast.BinOp():
            node.op = _OTHER[type(node.op)]()  # type: ignore[assignment]
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() as value):
            node.value = value + 1
        case ast.UnaryOp():
            node.op = ast.UAdd()
            node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
        case ast.IfExp() | ast.If():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Return():
            node.value = ast.Constant(None)
        case ast.comprehension():
            node.ifs = node.ifs[1:]
