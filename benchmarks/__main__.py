"""Prints the table of measured speeds; ends with status 1 when a promise is not kept."""

from __future__ import annotations

import sys

from benchmarks import search, simplex, sliders


def main() -> int:
    """Measures everything and prints one line each."""
    print(f"{'':44}{'ours':>10}{'bare':>10}{'ratio':>8}{'promise':>12}")
    all_hold = True
    for row in (*sliders.rows(), *search.rows(), *simplex.rows()):
        bare = f"{row.bare:7.3f} ms" if row.bare is not None else ""
        ratio = f"{row.ours / row.bare:.2f}" if row.bare else ""
        limit = f"< {row.limit:g} ms" if row.limit else f"< {row.limit_ratio:g} x" if row.limit_ratio else ""
        broken = "" if row.holds else "  BROKEN"
        print(f"{row.name:44}{row.ours:7.3f} ms{bare:>10}{ratio:>8}{limit:>12}{broken}")
        all_hold = all_hold and row.holds
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
