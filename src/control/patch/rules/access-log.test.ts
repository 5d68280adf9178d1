/** Access log settings (facts/stage.md 4.5). */
import { describe, expect, test } from "vitest";
import { badRequestOf, freshStage, present, refusal, stageFixture } from "../../../../test/support/stage-fixture.ts";

const formatPath = "/accessLogSettings/format";
const arnPath = "/accessLogSettings/destinationArn";
const stream = "arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-access";
const empty = "Access Log value must not be empty";
const noId = "Access Log format must include either $context.requestId or $context.extendedRequestId";
const manyLines = "Access Log format must be single line, new line character is allowed only at end of the format";
const controls = "Access Log format must not contain control characters";
const badArn = "The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream";
const badStream = "Kinesis Firehose delivery stream name must begin with the characters 'amazon-apigateway-'";
const noRole = "CloudWatch Logs role ARN must be set in account settings to enable logging";

describe.each(["add", "replace"])("%s", (op) => {
  test("sets each child, in its own request, in either order", () => {
    const { patch } = stageFixture();
    const format = '{"id":"$context.requestId"}';
    expect(patch([{ op, path: formatPath, value: format }]).accessLogSettings).toStrictEqual({ format });
    expect(patch([{ op, path: arnPath, value: present.logGroup }]).accessLogSettings).toStrictEqual({
      format,
      destinationArn: present.logGroup,
    });
    expect(patch([{ op: "remove", path: "/accessLogSettings" }]).accessLogSettings).toBeUndefined();
    expect(patch([{ op, path: arnPath, value: stream }]).accessLogSettings).toStrictEqual({ destinationArn: stream });
  });

  test.each([
    [formatPath, "", empty],
    [formatPath, undefined, empty],
    [formatPath, "$context.identity.sourceIp", noId],
    [formatPath, "$context.requestIdentity", noId],
    [formatPath, "context.requestId", noId],
    [formatPath, "__proto__", noId],
    [formatPath, "$context.requestId\n$context.path", manyLines],
    [formatPath, "\n$context.requestId", manyLines],
    [formatPath, "$context.requestId\n\n", manyLines],
    [formatPath, "$context.requestId\r", manyLines],
    [formatPath, "$context.requestId\u0000", controls],
    [formatPath, "$context.requestId \ud800", controls],
    [formatPath, `$context.requestId ${"x".repeat(3_072)}`, "Access Log format can be at most 3072 characters"],
    [formatPath, "x".repeat(1_048_576), "Access Log format can be at most 3072 characters"],
    [arnPath, "", empty],
    [arnPath, undefined, empty],
    [arnPath, "access", badArn],
    [arnPath, "arn:aws:s3:::bucket", badArn],
    [arnPath, "arn:aws:lambda:us-east-1:123456789012:function:f", badArn],
    [arnPath, "arn:aws:logs:us-east-1:123456789012:log-group:access:*", badArn],
    [arnPath, "arn:aws:logs:us-east-1:1234:log-group:access", badArn],
    [arnPath, "arn:aws:logs:us-east-1:123456789012:log-group:", badArn],
    [arnPath, `${present.logGroup}\n`, badArn],
    [arnPath, ` ${present.logGroup}`, badArn],
    [arnPath, `${present.logGroup}${"x".repeat(1_048_000)}`, badArn],
    [arnPath, "arn:aws:firehose:us-east-1:123456789012:deliverystream/access", badStream],
    [arnPath, "arn:aws:firehose:us-east-1:123456789012:deliverystream/", badArn],
  ])("%s refuses %.40j", (path, value, message) => {
    const { patch, stored } = stageFixture();
    expect(refusal(() => patch([{ op, path, value }]))).toEqual(badRequestOf(message));
    expect(stored()).toEqual(freshStage);
  });
});

test.each([
  "$context.extendedRequestId",
  "$context.requestId",
  "$context.requestId\n",
  "$context.requestId\r\n",
  "id=$context.requestId,\tip=$context.identity.sourceIp",
])("the format %j is right", (format) => {
  const { patch } = stageFixture();
  expect(patch([{ op: "replace", path: formatPath, value: format }]).accessLogSettings).toEqual({ format });
});

test.each([
  "arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/a.b/c_d-e#f",
  "arn:aws-cn:logs:cn-north-1:123456789012:log-group:API-Gateway-Execution-Logs_x/dev",
  stream,
])("the destination %s is right", (destinationArn) => {
  const { patch } = stageFixture();
  expect(patch([{ op: "replace", path: arnPath, value: destinationArn }]).accessLogSettings).toEqual({
    destinationArn,
  });
});

test("a log group needs the account's role; a delivery stream and a format do not", () => {
  const { patch } = stageFixture({}, "bare");
  expect(refusal(() => patch([{ op: "add", path: arnPath, value: present.logGroup }]))).toEqual(badRequestOf(noRole));
  patch([{ op: "add", path: arnPath, value: stream }]);
  patch([{ op: "add", path: formatPath, value: "$context.requestId" }]);
});
