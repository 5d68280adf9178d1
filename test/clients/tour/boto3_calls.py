"""Makes the calls that come as lines of JSON, with boto3; answers each with a line of JSON. See boto3.ts."""

import json
import sys

import boto3
from botocore import xform_name
from botocore.response import StreamingBody

client = boto3.client("apigateway")


def payloads(value):
    if isinstance(value, dict):
        if list(value) == ["bytes"]:
            return value["bytes"].encode()
        return {name: payloads(member) for name, member in value.items()}
    return value


def shown(value):
    return value.read().decode("latin-1") if isinstance(value, StreamingBody) else str(value)


for line in sys.stdin:
    order = json.loads(line)
    try:
        answer = getattr(client, xform_name(order["call"]))(**payloads(order["input"]))
        answer.pop("ResponseMetadata")
        print(json.dumps({"answer": answer}, default=shown), flush=True)
    except Exception as error:
        print(json.dumps({"error": repr(error)}), flush=True)
