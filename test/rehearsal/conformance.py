"""Holds the rehearsal against botocore's models, with a checker of its own: types, required members, lengths, ranges, patterns, enums.

    conformance.py ADDRESS < {"sagemaker": ["CreateModel", ...], ...}

Sends valid requests and requests with one fault each, and parses every answer. Prints what it counted as JSON.
"""

import json
import random
import re
import sys
import urllib.error
import urllib.request
from urllib.parse import quote, urlencode

import botocore.session

# Python's name of the parser of regular expressions has changed.
try:
    from re import _constants as constants
    from re import _parser as parser
except ImportError:
    import sre_constants as constants
    import sre_parse as parser

ADDRESS = sys.argv[1]
rng = random.Random(15)
session = botocore.session.get_session()
loader = session.get_component("data_loader")

NUMBERS = ("integer", "long", "float", "double")

# What Java's syntax has and Python's does not.
JAVA = [
    (r"\p{Print}", r"\x20-\x7e"),
    (r"\p{ASCII}", r"\x00-\x7f"),
    (r"\p{L}", r"A-Za-z"),
    (r"\p{Z}", r" "),
    (r"\p{N}", r"0-9"),
    (r"\uD800\uDC00-\uDBFF\uDFFF", ""),
    (r"\u10000-\u10FFFF", ""),
    (r"\z", r"\Z"),
]


def python_pattern(pattern):
    for java, python in JAVA:
        if java.startswith(r"\p") and not re.search(r"\[[^\]]*" + re.escape(java), pattern):
            python = f"[{python}]"
        pattern = pattern.replace(java, python)
    return pattern


def sample(node, spread):
    """A string that a parsed pattern takes."""
    out = []
    for op, value in node:
        if op is constants.LITERAL:
            out.append(chr(value))
        elif op is constants.NOT_LITERAL:
            out.append("a" if value != ord("a") else "b")
        elif op is constants.ANY:
            out.append("x")
        elif op is constants.IN:
            out.append(sample_class(value))
        elif op in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            low, high, inner = value
            for _ in range(rng.randint(low, min(high, low + spread))):
                out.append(sample(inner, spread))
        elif op is constants.SUBPATTERN:
            out.append(sample(value[-1], spread))
        elif op is constants.BRANCH:
            out.append(sample(rng.choice(value[1]), spread))
        elif op in (constants.AT, constants.ASSERT, constants.ASSERT_NOT):
            pass
        elif op is constants.CATEGORY:
            out.append("a")
        else:
            raise ValueError(f"cannot sample {op}")
    return "".join(out)


def sample_class(items):
    if items and items[0][0] is constants.NEGATE:
        taken = {value for op, value in items if op is constants.LITERAL}
        return next(c for c in "abcxyz019" if ord(c) not in taken)
    op, value = rng.choice([item for item in items if item[0] is not constants.RANGE or item[1][0] < 0x3000])
    if op is constants.LITERAL:
        return chr(value)
    if op is constants.RANGE:
        return chr(rng.randint(value[0], min(value[1], value[0] + 25)))
    return {constants.CATEGORY_DIGIT: "7", constants.CATEGORY_SPACE: " ", constants.CATEGORY_NOT_SPACE: "s"}.get(value, "a")


class Model:
    def __init__(self, service):
        raw = loader.load_service_model(service, "service-2")
        self.shapes = raw["shapes"]
        self.operations = raw["operations"]
        self.metadata = raw["metadata"]
        self.cache = {}

    # Validation.

    def faults(self, name, value, path=""):
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            if not isinstance(value, dict):
                return [f"{path}: {kind}"]
            found = [f"{path}.{m}: missing" for m in shape.get("required", []) if value.get(m) is None]
            for member, item in value.items():
                if member not in shape["members"]:
                    found.append(f"{path}.{member}: unknown")
                elif item is not None:
                    found += self.faults(shape["members"][member]["shape"], item, f"{path}.{member}")
            return found
        if kind == "list":
            if not isinstance(value, list):
                return [f"{path}: {kind}"]
            found = [f for i, item in enumerate(value) for f in self.faults(shape["member"]["shape"], item, f"{path}[{i}]")]
            return found + self.bounds(shape, len(value), path)
        if kind == "map":
            if not isinstance(value, dict):
                return [f"{path}: {kind}"]
            found = []
            for key, item in value.items():
                found += self.faults(shape["key"]["shape"], key, f"{path}<{key}>")
                found += self.faults(shape["value"]["shape"], item, f"{path}<{key}>")
            return found + self.bounds(shape, len(value), path)
        if kind == "boolean":
            return [] if isinstance(value, bool) else [f"{path}: {kind}"]
        if kind in NUMBERS:
            whole = kind in ("integer", "long")
            ok = isinstance(value, (int,) if whole else (int, float)) and not isinstance(value, bool)
            return self.bounds(shape, value, path) if ok else [f"{path}: {kind}"]
        if kind == "timestamp":
            return [] if isinstance(value, (int, float, str)) else [f"{path}: {kind}"]
        if not isinstance(value, str):
            return [f"{path}: {kind}"]
        if kind == "blob":
            return []
        found = self.bounds(shape, len(value), path)
        if "enum" in shape and value not in shape["enum"]:
            found.append(f"{path}: enum")
        if "pattern" in shape and re.fullmatch(python_pattern(shape["pattern"]), value) is None:
            found.append(f"{path}: pattern {shape['pattern']}")
        return found

    def bounds(self, shape, size, path):
        found = []
        if "min" in shape and size < shape["min"]:
            found.append(f"{path}: below {shape['min']}")
        if "max" in shape and size > shape["max"]:
            found.append(f"{path}: above {shape['max']}")
        return found

    # Valid values.

    def string(self, shape):
        if "enum" in shape:
            return rng.choice(shape["enum"])
        low = shape.get("min", 0)
        if "pattern" not in shape:
            return "".join(rng.choice("abcxyz") for _ in range(max(low, min(shape.get("max", 8), 8))))
        parsed = parser.parse(python_pattern(shape["pattern"]))
        for spread in [3, 8, 0, 20, 40, 1] * 20:
            text = sample(parsed, spread)
            if not self.bounds(shape, len(text), "") and re.fullmatch(python_pattern(shape["pattern"]), text):
                return text
        raise ValueError(f"no text for {shape['pattern']}")

    def value(self, name, depth=0, optional=0.5):
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            members = list(shape["members"].items())
            required = shape.get("required", [])
            if shape.get("union"):
                members = [rng.choice(members)]
            return {
                member: self.value(of["shape"], depth + 1, optional)
                for member, of in members
                if member in required or shape.get("union") or (depth < 5 and rng.random() < optional)
            }
        if kind == "list":
            count = max(shape.get("min", 0), min(shape.get("max", 2), rng.randint(0, 2)))
            return [self.value(shape["member"]["shape"], depth + 1, optional) for _ in range(count)]
        if kind == "map":
            found = {}
            while len(found) < max(shape.get("min", 0), 1):
                found[self.value(shape["key"]["shape"])] = self.value(shape["value"]["shape"], depth + 1, optional)
            return found
        if kind == "boolean":
            return rng.random() < 0.5
        if kind in NUMBERS:
            low = shape.get("min", 0)
            return rng.randint(int(low), int(min(shape.get("max", low + 50), low + 50)))
        if kind == "timestamp":
            return 1767225600
        return self.string(shape) if kind == "string" else "eA=="

    # Values with one fault. Yields functions that put it where it belongs.

    def broken(self, name, value):
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            for member in shape.get("required", []):
                yield {k: v for k, v in value.items() if k != member}
            for member, item in value.items():
                for bad in self.broken(shape["members"][member]["shape"], item):
                    yield {**value, member: bad}
            yield [1]
        elif kind == "list":
            if shape.get("min", 0) > 0:
                yield value[: shape["min"] - 1]
            if "max" in shape and shape["max"] <= 500:
                item = value[0] if value else self.value(shape["member"]["shape"])
                yield [item] * (shape["max"] + 1)
            for i, item in enumerate(value[:1]):
                for bad in self.broken(shape["member"]["shape"], item):
                    yield value[:i] + [bad] + value[i + 1 :]
            yield {"a": 1}
        elif kind == "map":
            for key, item in list(value.items())[:1]:
                for bad in self.broken(shape["value"]["shape"], item):
                    yield {**value, key: bad}
                for bad in self.broken(shape["key"]["shape"], key):
                    if isinstance(bad, str):
                        yield {bad: item}
            yield [1]
        elif kind == "boolean":
            yield "perhaps"
        elif kind in NUMBERS:
            if "min" in shape:
                yield shape["min"] - 1
            if "max" in shape:
                yield shape["max"] + 1
            yield "many"
            if kind in ("integer", "long"):
                yield 1.5
        elif kind == "timestamp":
            yield [1]
        elif kind == "string":
            if shape.get("min", 0) > 0:
                yield value[: shape["min"] - 1]
            if "max" in shape:
                yield value + value[-1:] * (shape["max"] + 1 - len(value)) if value else "x" * (shape["max"] + 1)
            if "enum" in shape or "pattern" in shape:
                yield value + "\u0000 \n"
                yield ""
            yield 7
            yield {"a": 1}


def post(target, service, body):
    request = urllib.request.Request(
        ADDRESS,
        data=json.dumps(body).encode(),
        headers={
            "X-Amz-Target": target,
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": f"AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/{service}/aws4_request",
        },
    )
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def rest(model, operation, service, body):
    """The same where the action is in the path, and members in path, query and headers."""
    uri = operation["http"]["requestUri"]
    members = model.shapes[operation["input"]["shape"]]["members"]
    rest_of, query, headers = {}, [], {}
    for name, value in body.items():
        of = members.get(name, {})
        where, key = of.get("location"), of.get("locationName", name)
        if where == "uri":
            uri = uri.replace("{" + key + "}", quote(str(value), safe=""))
        elif where == "querystring":
            query += [(key, str(item).lower() if isinstance(item, bool) else str(item)) for item in (value if isinstance(value, list) else [value])]
        elif where == "header":
            headers[key] = str(value)
        else:
            rest_of[name] = value
    payload = model.shapes[operation["input"]["shape"]].get("payload")
    data = b"{}" if payload else json.dumps(rest_of).encode()
    if query:
        uri += ("&" if "?" in uri else "?") + urlencode(query)
    request = urllib.request.Request(
        ADDRESS + uri,
        data=data if operation["http"]["method"] in ("POST", "PUT") else None,
        method=operation["http"]["method"],
        headers={
            **headers,
            "Content-Type": "application/json",
            "Authorization": f"AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/{service}/aws4_request",
        },
    )
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        # The name of an error is in a header here.
        return error.code, error.headers.get("x-amzn-errortype", "").encode() + b" " + error.read()


def sendable(model, operation, body):
    """What is no text, or empty, cannot be put into a path, a query or a header, and says something else there."""
    members = model.shapes[operation["input"]["shape"]]["members"]
    if not isinstance(body, dict):
        return False
    for name, of in members.items():
        where, value = of.get("location"), body.get(name)
        kind = model.shapes[of["shape"]]["type"]
        if where == "uri" and (not isinstance(value, str) or value in ("", ".", "..")):
            return False
        if where in ("querystring", "header") and value is not None:
            if kind == "list":
                if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
                    return False
            elif kind == "string":
                if not isinstance(value, str) or value == "" or not value.isprintable():
                    return False
            elif isinstance(value, (dict, list)):
                return False
    return True


VALID_EACH = 25
# What the rehearsal's own test of it, and S3's, have in their place.
REST = ("lambda",)
REFUSED = re.compile(r"validation errors? detected|SerializationException")

counts = {"actions": 0, "valid": 0, "invalid": 0, "answers": 0}
accepted, refused, failed, unlike = {}, {}, {}, {}


def note(where, key, what):
    where.setdefault(key, []).append(what)


for service, actions in json.load(sys.stdin).items():
    model = Model(service)
    is_rest = service in REST
    if not is_rest and "json" not in model.metadata.get("protocols", [model.metadata["protocol"]]):
        continue
    for action in actions:
        operation = model.operations[action]
        name = operation["input"]["shape"]
        counts["actions"] += 1
        good = [model.value(name, optional=p) for p in [0, 1] + [0.5] * (VALID_EACH - 2)]
        requests = [(value, True) for value in good]
        seen = set()
        for value in good:
            for bad in model.broken(name, value):
                faults = model.faults(name, bad)
                key = tuple(sorted(faults))
                # A fault of a kind once: the value of what is wrong makes no difference.
                if faults and key not in seen:
                    seen.add(key)
                    requests.append((bad, False))
        if is_rest:
            requests = [(value, valid) for value, valid in requests if sendable(model, operation, value)]
        for value, valid in requests:
            if valid and (wrong := model.faults(name, value)):
                raise AssertionError(f"{action}: {wrong}")
            counts["valid" if valid else "invalid"] += 1
            signing = model.metadata.get("signingName", service)
            if is_rest:
                status, body = rest(model, operation, signing, value)
            else:
                status, body = post(f"{model.metadata['targetPrefix']}.{action}", signing, value)
            text = body.decode()
            isRefused = status == 400 and REFUSED.search(text) is not None
            if status >= 500:
                note(failed, action, text[:600])
            elif valid and isRefused:
                note(refused, action, text[:400])
            elif not valid and not isRefused:
                note(accepted, action, "; ".join(model.faults(name, value))[:300] + " → " + text[:120])
            if status // 100 == 2 and "output" in operation and not (is_rest and action == "Invoke"):
                counts["answers"] += 1
                if wrong := model.faults(operation["output"]["shape"], json.loads(text or "{}")):
                    note(unlike, action, "; ".join(wrong)[:400])

print(json.dumps({**counts, "wronglyAccepted": accepted, "wronglyRefused": refused, "failed": failed, "unlike": unlike}))
