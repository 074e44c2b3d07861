"""Says where the committed models differ from those that the same scripts have made elsewhere: python compare.py FOLDER"""

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


if __name__ == "__main__":
    made = Path(sys.argv[1])
    for ours in sorted(HERE.glob("*/model/*.onnx")):
        theirs = made / ours.relative_to(HERE)
        if theirs.exists() and (ours.parent.parent / "make.py").exists():
            print(f"{ours.relative_to(HERE)}: {difference(ours, theirs)}")
