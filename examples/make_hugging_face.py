"""Runs the scripts of hf-*/ whose models are committed, in one process since their imports take longest:
python make_hugging_face.py FOLDER, which is examples/ or a copy of it."""

import runpy
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).parent
ignored = (HERE.parent / ".gitignore").read_text().splitlines()
failed = []
for script in sorted(Path(sys.argv[1]).glob("hf-*/make.py")):
    name = script.parent.name
    if f"examples/{name}/model/" in ignored:
        continue
    try:
        runpy.run_path(str(script), run_name="__main__")
    except Exception:
        traceback.print_exc()
        failed.append(name)
sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
