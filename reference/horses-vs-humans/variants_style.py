"""Rewrites of how a function is written, whatever it does: all of them keep full marks."""

from __future__ import annotations

import ast
import copy

from rewriting import made

from grader.audit import renamed


def functions(tree):
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


def each_function(edit):
    """A change that edits every top-level function of a cell in place (of a copy)."""

    def change(tree):
        made_tree = copy.deepcopy(tree)
        found = functions(made_tree)
        for node in found:
            edit(node, made_tree)
        made_tree = ast.fix_missing_locations(made_tree)
        return made_tree if found and ast.dump(made_tree) != ast.dump(tree) else None

    return change


def statements(text):
    return ast.parse(text).body


def without_docstring(node, tree):
    if ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]


def in_a_try(node, tree):
    node.body = [ast.Try(body=node.body, handlers=[], orelse=[], finalbody=statements("pass"))]


def in_an_if(node, tree):
    node.body = [ast.If(test=ast.Constant(True), body=node.body, orelse=[])]


def in_a_with(node, tree):
    item = ast.withitem(context_expr=ast.parse("tf.device('/cpu:0')", mode="eval").body)
    node.body = [ast.With(items=[item], body=node.body)]


def with_prints(node, tree):
    node.body = [*statements("print('here')"), *node.body]


def with_timer(node, tree):
    node.body = [*statements("import time\nbegan = time.time()"), *node.body]


def annotated(node, tree):
    node.returns = ast.Constant("object")
    for one in node.args.args:
        one.annotation = ast.Name("object", ast.Load())


def inner_function(node, tree):
    body = node.body
    node.body = [
        ast.FunctionDef("work", ast.arguments([], [], None, [], [], None, []), body, [], None, None),
        *statements("return work()"),
    ]


def decorated(node, tree):
    node.decorator_list = [ast.parse("traced", mode="eval").body]
    text = (
        "import functools\n"
        "def traced(function):\n"
        "    @functools.wraps(function)\n"
        "    def call(*args, **kwargs):\n"
        "        return function(*args, **kwargs)\n"
        "    return call"
    )
    place = tree.body.index(node)
    tree.body[place:place] = statements(text)


def another_name(node, tree):
    """The work is done by a function of another name; the asked one only calls it."""
    name, args = node.name, [one.arg for one in node.args.args]
    node.name = f"my_{name}"
    call = f"def {name}({', '.join(args)}):\n    return my_{name}({', '.join(args)})"
    tree.body.append(statements(call)[0])


def as_lambda(node, tree):
    name, args = node.name, [one.arg for one in node.args.args]
    node.name = f"my_{name}"
    tree.body += statements(f"{name} = lambda {', '.join(args)}: my_{name}({', '.join(args)})")


def in_a_class(node, tree):
    name, args = node.name, [one.arg for one in node.args.args]
    place = tree.body.index(node)
    node.name = "made"
    node.decorator_list = [ast.Name("staticmethod", ast.Load())]
    holder = ast.ClassDef(f"Own_{name}", [], [], [node], [])
    tree.body[place] = holder
    tree.body += statements(f"{name} = Own_{name}.made")
    del args


def defaults(node, tree):
    node.args.kwonlyargs = [*node.args.kwonlyargs, ast.arg("verbose")]
    node.args.kw_defaults = [*node.args.kw_defaults, ast.Constant(False)]


def more_defaults(node, tree):
    node.args.args = [*node.args.args, ast.arg("extra")]
    node.args.defaults = [*node.args.defaults, ast.Constant(None)]


def any_arguments(node, tree):
    node.args.kwarg = ast.arg("others")


def early_wrong_definition(node, tree):
    args = ", ".join(one.arg for one in node.args.args)
    place = tree.body.index(node)
    tree.body[place:place] = statements(f"def {node.name}({args}):\n    return None")


def result_first(node, tree):
    """`return x` becomes `result = x; return result`."""
    for place, one in enumerate(node.body):
        if isinstance(one, ast.Return) and one.value is not None:
            value = ast.unparse(one.value)
            node.body[place : place + 1] = statements(f"answer = {value}\nreturn answer".replace("return", "pass #"))
            node.body[place + 1] = ast.Return(ast.Name("answer", ast.Load()))
            return


def deleted_afterwards(node, tree):
    tree.body += statements("unused = 1\ndel unused")


def recursive_once(node, tree):
    node.body = [*statements("for _ in ():\n    pass"), *node.body]


def commented(node, tree):
    node.body = [*statements("'''model.trainable = True'''\n'weights=None'"), *node.body]


def style(name, edit, **more):
    return made(name, "style", each_function(edit), **more)


STYLE = (
    style("style-no-docstring", without_docstring),
    style("style-try", in_a_try),
    style("style-if", in_an_if),
    style("style-with", in_a_with),
    style("style-prints", with_prints),
    style("style-timer", with_timer),
    style("style-annotations", annotated),
    style("style-inner-function", inner_function),
    style("style-decorated", decorated),
    style("style-another-name", another_name),
    style("style-lambda", as_lambda),
    style("style-class", in_a_class),
    style("style-keyword-default", defaults),
    style("style-more-defaults", more_defaults),
    style("style-any-keywords", any_arguments),
    style("style-defined-twice", early_wrong_definition),
    style("style-answer-first", result_first),
    style("style-deleted", deleted_afterwards),
    style("style-empty-loop", recursive_once),
    style("style-looks-wrong", commented),
    made("style-other-parameters", "style names", renamed({"pre_trained_model": "network", "last_output": "tensor"}), alone=True),
    made("style-short-names", "style names", renamed({"x": "t", "model": "m", "last_desired_layer": "l"}), alone=True),
    made("style-one-name-for-all", "style names", renamed({"last_desired_layer": "last_output"}), alone=True),
)
