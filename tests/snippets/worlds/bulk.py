import pathlib
import sys

pathlib.Path("orders.csv").write_text(f"out_trade_no\n{sys.argv[1]}\n")

SNIPPET
