"""Graphviz out of the pygraphviz wheel, as a process of its own: `python wheel_engine.py FORMAT DPI < dot > picture`.

Run by its path, not as a module: it needs nothing of argmap, and a crash or an endless layout dies with the process.
"""

import sys


def main() -> int:
    """Draw standard input to standard output."""
    import pygraphviz

    picture_format, dpi = sys.argv[1], sys.argv[2]
    graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode("utf-8"))
    graph.graph_attr["dpi"] = dpi
    sys.stdout.buffer.write(graph.draw(format=picture_format, prog="nop2"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
