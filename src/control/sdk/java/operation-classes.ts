/** The sources of an operation: its request, its result, and its method of the client. */
import type { SdkOperation } from "../describe.ts";
import { camelCase, type UniqueNames, wordsOf } from "../names.ts";
import { className, memberName, newMemberNames } from "./names.ts";
import { inComment, javaLiteral } from "./text.ts";
import type { JavaType, JavaTypes } from "./types.ts";

/** A Model, and what it is called among the members of a request or a result. */
interface JavaModel {
  readonly member: string;
  readonly type: JavaType;
}

export interface JavaOperation {
  readonly operation: SdkOperation;
  /** Of the client: `getPetsPetId`. */
  readonly method: string;
  /** Classes. */
  readonly request: string;
  readonly result: string;
  readonly requestModel: JavaModel | undefined;
  readonly responseModel: JavaModel | undefined;
}

/** The operation's own name, else that of its verb and path: `getPetsPetId`, and `getApiRoot` for `/`. */
function wantedName({ operationName = "", path, verb }: SdkOperation): string {
  const own = wordsOf(operationName);
  if (own.length > 0) return memberName(operationName, "call");
  const words = wordsOf(path);
  return memberName(camelCase([verb.toLowerCase(), ...(words.length > 0 ? words : ["api", "root"])]), "call");
}

/** `classes`: names of classes, `methods`: those of the client's methods. */
export function javaOperation(
  operation: SdkOperation,
  types: JavaTypes,
  classes: UniqueNames,
  methods: UniqueNames,
): JavaOperation {
  const method = methods.take(wantedName(operation));
  const modelOf = (name: string | undefined): JavaModel | undefined =>
    name === undefined ? undefined : { member: memberName(name, "model"), type: types.ofModel(name) };
  return {
    operation,
    method,
    request: classes.take(`${className(method)}Request`),
    result: classes.take(`${className(method)}Result`),
    requestModel: modelOf(operation.requestModel),
    responseModel: modelOf(operation.responseModel),
  };
}

/** All of the request's file behind its package. */
export function requestClass({ operation, request, requestModel }: JavaOperation, core: string): string {
  const { verb, path, parameters } = operation;
  const names = newMemberNames();
  const required = parameters.filter((parameter) => parameter.required && parameter.place !== "path");
  const opening = [verb, path, ...required.map(({ name }) => name)].map(javaLiteral).join(", ");
  const setters = parameters.map(({ name, place }) => {
    const member = names.take(memberName(name, "parameter"));
    return `
  public ${request} ${member}(String ${member}) {
    return ${place}(${javaLiteral(name)}, ${member});
  }
`;
  });
  if (requestModel !== undefined) {
    const member = names.take(requestModel.member);
    setters.push(`
  public ${request} ${member}(${requestModel.type.name} ${member}) {
    return body(${member});
  }
`);
  }
  return `import ${core}.ApiRequest;
import java.util.List;
import java.util.Map;

/** ${verb} ${inComment(path)} */
public final class ${request} extends ApiRequest<${request}> {
  public ${request}() {
    super(${opening});
  }
${setters.join("")}}
`;
}

/** All of the result's file behind its package. */
export function resultClass({ operation, result, responseModel }: JavaOperation, core: string): string {
  const { verb, path } = operation;
  const getter =
    responseModel === undefined
      ? ""
      : `
  /** The body; null when it is none. */
  public ${responseModel.type.name} ${newMemberNames().take(camelCase(["get", responseModel.member]))}() {
    return ${responseModel.type.read("json()")};
  }
`;
  return `import ${core}.ApiAnswer;
import ${core}.Json;
import java.util.List;
import java.util.Map;

/** What ${verb} ${inComment(path)} answers. */
public final class ${result} extends ApiAnswer {
  public ${result}(ApiAnswer answer) {
    super(answer);
  }
${getter}}
`;
}

/** A method of the client. */
export const clientMethod = ({ operation, method, request, result }: JavaOperation): string => `
  /** ${operation.verb} ${inComment(operation.path)} */
  public ${result} ${method}(${request} request) {
    return new ${result}(transport.send(request));
  }
`;
