"""Runs the scripts of hf-*/ whose answers are committed, in one process since their imports take longest:
python make_hugging_face.py FOLDER, which is examples/ or a copy of it."""

import runpy
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).parent
failed = 0
for script in sorted(Path(sys.argv[1]).glob("hf-*/make.py")):
    if not (HERE / script.parent.name / "requests.json").exists():
        continue
    try:
        runpy.run_path(str(script), run_name="__main__")
    except Exception:
        traceback.print_exc()
        failed += 1
sys.exit(failed > 0)
