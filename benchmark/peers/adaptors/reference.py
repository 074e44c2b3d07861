"""ONNX Runtime alone: a body on stdin, the answer on stdout."""

import sys

from common import Model, decode, encode

print(encode(Model()(decode(sys.stdin.buffer.read()))))
