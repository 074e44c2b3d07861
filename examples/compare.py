"""Says where the committed models, and the answers of their libraries, differ from those that the same scripts have made elsewhere:
python compare.py FOLDER. Fails where an answer differs by more than its tolerance."""

import json
import sys
from pathlib import Path

import onnx
from onnx import numpy_helper

HERE = Path(__file__).parent


def without_metadata(model: onnx.ModelProto) -> onnx.ModelProto:
    """Only what is computed: no versions of exporters, no places in their sources, no names that count up."""
    for field in ("producer_name", "producer_version", "doc_string", "metadata_props"):
        model.ClearField(field)
    for value in [model.graph, *model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output]:
        value.ClearField("doc_string")
        value.ClearField("metadata_props")
    del model.graph.value_info[:]
    # Of onnxmltools a random one.
    model.graph.ClearField("name")
    return model


def difference(ours: Path, theirs: Path) -> str:
    if ours.read_bytes() == theirs.read_bytes():
        return "the same bytes"
    one, other = (without_metadata(onnx.load(path)) for path in (ours, theirs))
    if one == other:
        return "the same but for metadata"
    operators = [[node.op_type for node in model.graph.node] for model in (one, other)]
    if operators[0] != operators[1]:
        return f"other operators: {' '.join(operators[0])[:300]} → {' '.join(operators[1])[:300]}"
    weights = [
        {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer} for model in (one, other)
    ]
    changed = [
        name
        for name, value in weights[0].items()
        if name not in weights[1] or value.tobytes() != weights[1][name].tobytes()
    ]
    changed += [ours.op_type for ours, theirs in zip(one.graph.node, other.graph.node) if ours != theirs]
    return f"the same operators; other values in {', '.join(changed) or 'its inputs, outputs or versions'}"


def distance(ours, theirs) -> float:
    """The largest difference of two numbers in the same place, of 1 or of what is larger than 1; infinite if anything else differs."""
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) / max(1, abs(ours))
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        return max((distance(ours[key], theirs[key]) for key in ours), default=0)
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return max(map(distance, ours, theirs), default=0)
    return 0 if ours == theirs else float("inf")


def answers(ours: Path, theirs: Path) -> tuple[str, bool]:
    """@returns how they differ, and whether that is too much"""
    one, other = (json.loads(path.read_text())["requests"] for path in (ours, theirs))
    if [(asked["name"], asked["body"]) for asked in one] != [(asked["name"], asked["body"]) for asked in other]:
        return "other requests", True
    found = [(distance(a["answer"], b["answer"]), a.get("tolerance", 0), a["name"]) for a, b in zip(one, other)]
    wrong = [name for far, tolerance, name in found if far > tolerance]
    return f"{len(found)} answers, at most {max(found)[0]:.1e} apart" + "".join(f"; too far: {name}" for name in wrong), bool(wrong)


def main(made: Path) -> bool:
    for ours in sorted(HERE.glob("*/model/**/*.onnx")):
        theirs = made / ours.relative_to(HERE)
        if theirs.exists() and (HERE / ours.relative_to(HERE).parts[0] / "make.py").exists():
            print(f"{ours.relative_to(HERE)}: {difference(ours, theirs)}")
    failed = False
    for ours in sorted(HERE.glob("*/requests.json")):
        theirs = made / ours.relative_to(HERE)
        if theirs.exists():
            said, wrong = answers(ours, theirs)
            failed = failed or wrong
            print(f"{ours.relative_to(HERE)}: {said}")
    return failed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
