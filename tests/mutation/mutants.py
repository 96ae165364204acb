"""Small changes to functions, each of which some test should notice."""

import ast
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import islice, starmap
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


type Line = tuple[str, int]
"""A file, and the number of a line in it."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where it is, what the line said and says, and the code it replaces by which."""

    path: Path
    span: range
    what: str
    codes: Mapping[CodeType, CodeType]

    def __str__(self) -> str:
        return f"{self.path.relative_to(PACKAGE)}:{self.span.start}: {self.what}"

    @property
    def lines(self) -> list[Line]:
        return [(str(self.path), line) for line in self.span]


def mutants(seed: int) -> Iterator[Mutant]:
    """Yield all mutants in an order of chance."""
    places = [(path, at) for path in _files() for at, _ in enumerate(_places(_tree(path)))]
    random.Random(seed).shuffle(places)
    return starmap(_mutant, places)


def load() -> None:
    """Import every module, so that all functions are there to be changed."""
    for path in _files():
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        import_module(name.removesuffix(".__init__"))


def _files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _places(within: ast.AST, line: int = 0) -> Iterator[tuple[int, ast.AST]]:
    """Yield what may be changed, and the first line of the innermost function that it is in."""
    match within:
        case ast.FunctionDef(decorator_list=decorators):
            line = min([within.lineno, *(decorator.lineno for decorator in decorators)])
            nodes: Iterable[ast.AST] = within.body
        case ast.Lambda():
            line, nodes = within.lineno, [within.body]
        case ast.AnnAssign():
            nodes = [within.value] if within.value else []
        case ast.keyword(arg="strict"):
            # `zip` only fails where we made a mistake elsewhere.
            nodes = []
        case _:
            nodes = ast.iter_child_nodes(within)
    for node in nodes:
        if line and _may_change(node):
            yield line, node
        yield from _places(node, line)


def _may_change(node: ast.AST) -> bool:
    match node:
        case ast.Compare(ops=[op]):
            return type(op) in _OTHER
        case ast.BoolOp(op=op) | ast.BinOp(op=op):
            return type(op) in _OTHER
        case ast.Constant(value=value):
            return isinstance(value, bool | int)
        case ast.Return(value=ast.Constant(value=value)):
            return bool(value)
        case ast.UnaryOp(op=ast.Not()) | ast.IfExp() | ast.If() | ast.Return(value=ast.expr()):
            return True
    return isinstance(node, ast.comprehension) and bool(node.ifs)


def _mutant(path: Path, at: int) -> Mutant:
    tree = _tree(path)
    codes = _codes(path, tree)
    first_line, node = next(islice(_places(tree), at, None))
    before, span = ast.unparse(node).partition("\n")[0], _span(node, first_line)
    _change(node)
    after = ast.unparse(node).partition("\n")[0]
    changed = _codes(path, ast.fix_missing_locations(tree))
    replaced = {code: changed[name] for name, code in codes.items() if name in changed}
    return Mutant(path, span, f"{before}  ->  {after}", replaced)


def _span(node: ast.AST, first_line: int) -> range:
    """Return the lines whose running shows the change: of an `if` those of its question."""
    match node:
        case ast.comprehension(target=first, ifs=[*_, last]):
            return range(first.lineno, (last.end_lineno or last.lineno) + 1)
        case ast.If(test=ast.expr() as question):
            return range(node.lineno, (question.end_lineno or question.lineno) + 1)
        case ast.expr() | ast.stmt():
            return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(first_line, first_line + 1)


def _codes(path: Path, tree: ast.Module) -> dict[tuple[str, int], CodeType]:
    codes = [compile(tree, str(path), "exec")]
    for code in codes:
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return {(code.co_qualname, code.co_firstlineno): code for code in codes}


def _change(node: ast.AST) -> None:
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
        # A closure keeps its variables, so what no longer counts stays.
        case ast.Return(value=ast.expr() as value):
            node.value = ast.BoolOp(ast.And(), [ast.Constant(None), value])
        case ast.comprehension():
            node.ifs[0] = ast.BoolOp(ast.Or(), [ast.Constant(True), node.ifs[0]])
