/** The URI by which an API names a Lambda function: API Gateway's own ARN around the function's (facts/control.md 8). */

export interface InvocationUri {
  readonly region: string;
  /** A name or an ARN, perhaps with a version or an alias. */
  readonly functionName: string;
}

const form =
  /^arn:aws[a-z-]*:apigateway:([a-z0-9-]+):lambda:path\/\d{4}-\d{2}-\d{2}\/functions\/([^/\s]+)\/invocations$/;

/** `uri`: with its stage variables filled in. Undefined when it names no function. */
export function parseInvocationUri(uri: string): InvocationUri | undefined {
  const [, region, functionName] = form.exec(uri) ?? [];
  return region === undefined || functionName === undefined ? undefined : { region, functionName };
}
