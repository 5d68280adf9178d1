/** What access log settings may be (facts/stage.md 4.5). */
import { badRequest } from "../../../errors.ts";
import { limits } from "../../../limits.ts";
import { findAccount } from "../../operations/find.ts";
import type { StageContext } from "../../operations/stage-values.ts";
import { toText } from "../coerce.ts";
import { noLoggingRole } from "./stage-texts.ts";

/** An id that ties a line to its request: without one a log is of no use. */
const requestIdVariable = /\$context\.(?:requestId|extendedRequestId)(?!\w)/;

const notEmpty = (value: string | undefined): string => {
  if (value === undefined || value === "") throw badRequest("Access Log value must not be empty");
  return value;
};

export function toAccessLogFormat(value: string | undefined): string {
  const format = notEmpty(value);
  if (format.length > limits.accessLogFormat) {
    throw badRequest(`Access Log format can be at most ${limits.accessLogFormat} characters`);
  }
  if (!requestIdVariable.test(format)) {
    throw badRequest("Access Log format must include either $context.requestId or $context.extendedRequestId");
  }
  if (/[\r\n]/.test(format.replace(/\r?\n$/, ""))) {
    throw badRequest("Access Log format must be single line, new line character is allowed only at end of the format");
  }
  return toText(format, limits.accessLogFormat, "Access Log format must not contain control characters");
}

const logGroup = /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[\w./#-]{1,512}$/;
const deliveryStream = /^arn:aws[a-z-]*:firehose:[a-z0-9-]+:\d{12}:deliverystream\/([\w.-]{1,64})$/;

/** The log group need not exist; the account's role to write to it must be set. A delivery stream needs no role. */
export function toAccessLogDestination(value: string | undefined, context: StageContext): string {
  const arn = notEmpty(value);
  const streamName = deliveryStream.exec(arn)?.[1];
  if (streamName === undefined && !logGroup.test(arn)) {
    throw badRequest("The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream");
  }
  if (streamName !== undefined && !streamName.startsWith("amazon-apigateway-")) {
    throw badRequest("Kinesis Firehose delivery stream name must begin with the characters 'amazon-apigateway-'");
  }
  if (streamName === undefined && findAccount(context).cloudwatchRoleArn === undefined) throw noLoggingRole();
  return arn;
}
