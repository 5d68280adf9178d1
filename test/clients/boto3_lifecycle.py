"""Drives a running Stagewright with boto3; every check is an assert. Run by boto3.test.ts, or by hand:

    AWS_ENDPOINT_URL_API_GATEWAY=http://127.0.0.1:4566 python3 boto3_lifecycle.py
"""

import datetime

import boto3

client = boto3.client("apigateway")


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


def deployed_api():
    api = client.create_rest_api(name="pets")
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    client.put_method(**method, authorizationType="NONE")
    client.put_integration(**method, type="MOCK", requestTemplates={"application/json": '{"statusCode":200}'})
    client.put_method_response(**method, statusCode="200")
    client.put_integration_response(**method, statusCode="200")
    tested = client.test_invoke_method(**method, multiValueHeaders={"Accept": ["a/b", "c/d"]})
    assert tested["status"] == 200 and tested["latency"] >= 0, tested
    assert " : Method request headers: {Accept=a/b, Accept=c/d}\n" in tested["log"], tested
    deployment = client.create_deployment(restApiId=api["id"], stageName="prod", variables={"colour": "blue"})
    return api["id"], deployment["id"]


def check_stage(api_id, deployment_id):
    stage = client.get_stage(restApiId=api_id, stageName="prod")
    assert stage["deploymentId"] == deployment_id, stage
    assert stage["variables"] == {"colour": "blue"}, stage
    assert isinstance(stage["createdDate"], datetime.datetime), stage

    patched = client.update_stage(
        restApiId=api_id,
        stageName="prod",
        patchOperations=[
            replace("/variables/colour", "green"),
            replace("/~1/GET/throttling/burstLimit", "7"),
            replace("/canarySettings/percentTraffic", "20"),
            replace("/canarySettings/stageVariableOverrides/colour", "red"),
        ],
    )
    assert patched["variables"] == {"colour": "green"}, patched
    assert patched["methodSettings"]["~1/GET"]["throttlingBurstLimit"] == 7, patched
    assert patched["canarySettings"] == {
        "deploymentId": deployment_id,
        "percentTraffic": 20.0,
        "stageVariableOverrides": {"colour": "red"},
        "useStageCache": False,
    }, patched
    listed = client.get_stages(restApiId=api_id)["item"]
    assert [stage["stageName"] for stage in listed] == ["prod"], listed


def check_refusals(api_id):
    try:
        client.get_stage(restApiId=api_id, stageName="none")
    except client.exceptions.NotFoundException as error:
        assert error.response["Error"]["Message"] == "Invalid Stage identifier specified", error.response
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404, error.response
    else:
        raise AssertionError("an unknown stage was found")
    try:
        client.update_stage(restApiId=api_id, stageName="prod", patchOperations=[replace("/nothing", "x")])
    except client.exceptions.BadRequestException as error:
        assert "Invalid method setting path: /nothing" in error.response["Error"]["Message"], error.response
    else:
        raise AssertionError("an unknown path was patched")


def check_pages():
    made = {client.create_rest_api(name=f"page {number}")["id"] for number in range(5)}
    pages = client.get_paginator("get_rest_apis").paginate(PaginationConfig={"PageSize": 2})
    seen = [item["id"] for page in pages for item in page["items"]]
    assert made <= set(seen) and len(seen) == len(set(seen)), seen


def check_openapi(api_id):
    for export_type in ("swagger", "oas30"):
        exported = client.get_export(
            restApiId=api_id,
            stageName="prod",
            exportType=export_type,
            accepts="application/yaml",
            parameters={"extensions": "integrations,authorizers"},
        )
        assert exported["contentType"] == "application/octet-stream", exported
        assert exported["contentDisposition"].startswith(f'attachment; filename="{export_type}_'), exported
        body = exported["body"].read()
        assert body.startswith(b"---\n") and b'type: "mock"' in body, body
        imported = client.import_rest_api(body=body, parameters={"endpointConfigurationTypes": "REGIONAL"})
        assert imported["name"] == "pets" and "warnings" not in imported, imported
        again = client.put_rest_api(restApiId=imported["id"], mode="overwrite", body=body)
        assert again["id"] == imported["id"] and "warnings" not in again, again
        client.delete_rest_api(restApiId=imported["id"])


api, deployment = deployed_api()
check_stage(api, deployment)
check_openapi(api)
check_refusals(api)
check_pages()
client.delete_rest_api(restApiId=api)
print("boto3 ok")
