"""The members of CloudFormation's resources, of those types that stdin names, by the schemas that cfn-lint bundles."""

import json
import pathlib
import sys

import cfnlint

SCHEMAS = pathlib.Path(cfnlint.__file__).parent / "data/schemas"


def members(schema, root, seen=()):
    while "$ref" in schema:
        if schema["$ref"] in seen:
            return {}
        seen += (schema["$ref"],)
        path = schema["$ref"][2:].split("/")
        schema = root
        for part in path:
            schema = schema[part]
    if "items" in schema:
        return members(schema["items"], root, seen)
    return {name: members(each, root, seen) for name, each in schema.get("properties", {}).items()}


files = json.loads((SCHEMAS / "providers/us-east-1.json").read_text())
schemas = {type: json.loads((SCHEMAS / f"resources/{files[type]}.json").read_text()) for type in json.load(sys.stdin)}
print(json.dumps({type: members(schema, schema) for type, schema in schemas.items()}))
