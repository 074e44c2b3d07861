"""Runs the scripts of hf-*/ beside it whose models are committed, in one process since their imports take longest."""

import runpy
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).parent
ignored = (HERE.parent / ".gitignore").read_text().splitlines()
failed = []
for script in sorted(HERE.glob("hf-*/make.py")):
    name = script.parent.name
    if f"examples/{name}/model/" in ignored:
        continue
    try:
        runpy.run_path(str(script), run_name="__main__")
    except Exception:
        traceback.print_exc()
        failed.append(name)
sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
