"""Writes ONNX's own backend tests as requests: for each case a folder with model.onnx and cases.json.

pip install onnx==1.23.2 numpy, then: python fuzz/onnx-backend/cases.py FOLDER

cases.json: {"rtol", "atol", "sets": [{"inputs": {name: value}, "outputs": {name: value}}]}, where a value is
{"type", "dims", "values"}: elements in row-major order as JSON has them, floats that are not finite and integers beyond
2^53 as text. What is no tensor is {"type": "sequence"}.
"""

import glob
import json
import math
import os
import sys

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.backend.test.case.model import collect_testcases as collect_models

# The highest that ONNX Runtime 1.30 reads. What is newer needs nothing of its own for most cases.
IR_VERSION = 13

DATA = os.path.join(os.path.dirname(onnx.backend.__file__), "test", "data")


def element(value):
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) <= 2**53 else str(int(value))
    if isinstance(value, (bytes, str)):
        return value.decode() if isinstance(value, bytes) else value
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def describe(value, declared):
    """`declared` is the ValueInfoProto: numpy has no name for some of its types."""
    kind = declared.type.WhichOneof("value")
    if kind != "tensor_type" or value is None or isinstance(value, (list, dict)):
        return {"type": "sequence"}
    type_name = onnx.TensorProto.DataType.Name(declared.type.tensor_type.elem_type).lower()
    array = numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else np.asarray(value)
    if np.iscomplexobj(array):
        return {"type": type_name, "dims": list(array.shape), "values": []}
    return {"type": type_name, "dims": list(array.shape), "values": [element(v) for v in array.reshape(-1).tolist()]}


def write(folder, name, model, sets, rtol, atol):
    path = os.path.join(folder, name)
    os.makedirs(path, exist_ok=True)
    model.ir_version = min(model.ir_version, IR_VERSION)
    onnx.save(model, os.path.join(path, "model.onnx"))
    graph = model.graph
    constants = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in constants]
    described = [
        {
            "inputs": {value.name: describe(given, value) for value, given in zip(inputs, ins)},
            "outputs": {value.name: describe(given, value) for value, given in zip(graph.output, outs)},
        }
        for ins, outs in sets
    ]
    with open(os.path.join(path, "cases.json"), "w") as file:
        json.dump({"rtol": rtol, "atol": atol, "sets": described}, file)


def read(path, declared):
    kind = declared.type.WhichOneof("value")
    if kind != "tensor_type":
        return None
    tensor = onnx.TensorProto()
    with open(path, "rb") as file:
        tensor.ParseFromString(file.read())
    return tensor


def stored(folder):
    """A case as the package has it on disk: model.onnx beside test_data_set_N/{input,output}_N.pb."""
    model = onnx.load(os.path.join(folder, "model.onnx"))
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in constants]
    sets = [
        tuple(
            [read(os.path.join(data, f"{kind}_{i}.pb"), value) for i, value in enumerate(declared)]
            for kind, declared in (("input", inputs), ("output", model.graph.output))
        )
        for data in sorted(glob.glob(os.path.join(folder, "test_data_set_*")))
    ]
    return model, sets


def main(folder):
    count = 0
    for case in [*collect_testcases(None), *(case for case in collect_models() if case.model is not None)]:
        write(folder, case.name, case.model, case.data_sets, case.rtol, case.atol)
        count += 1
    for kind in ("simple", "pytorch-converted", "pytorch-operator"):
        for path in sorted(glob.glob(os.path.join(DATA, kind, "*"))):
            if not os.path.exists(os.path.join(path, "model.onnx")):
                continue
            model, sets = stored(path)
            write(folder, f"{kind}-{os.path.basename(path)}", model, sets, 1e-3, 1e-7)
            count += 1
    print(f"{count} cases")


main(sys.argv[1])
