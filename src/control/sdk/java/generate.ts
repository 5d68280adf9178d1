/**
 * The Java SDK: a client with one method an operation, its requests and results, and a class for each Model that they need.
 * `core/` goes into every SDK as it stands, in the SDK's own package.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { SdkFiles } from "../archive.ts";
import type { SdkDescription } from "../describe.ts";
import type { SdkParameters } from "../generate.ts";
import { plainText } from "../literal.ts";
import { fillTemplate } from "../template.ts";
import { buildFiles } from "./build-files.ts";
import { modelClass } from "./model-class.ts";
import { className, newClassNames, newMemberNames } from "./names.ts";
import { clientMethod, type JavaOperation, javaOperation, requestClass, resultClass } from "./operation-classes.ts";
import { inComment, javaLiteral } from "./text.ts";
import { JavaTypes } from "./types.ts";

const folder = "generated-code";
const coreFolder = new URL("./core/", import.meta.url);
const core = readdirSync(coreFolder)
  .sort()
  .map((file) => ({ file, text: readFileSync(new URL(file, coreFolder), "utf8") }));
const readme = readFileSync(new URL("./README.template.md", import.meta.url), "utf8");

const client = (service: string, description: SdkDescription, operations: readonly JavaOperation[]): string => `\
/** The API ${inComment(plainText(description.apiName))}. May be used by many threads. */
public final class ${service} {
  private final ApiTransport transport;

  private ${service}(Builder builder) {
    transport = new ApiTransport(builder);
  }

  public static Builder builder() {
    return new Builder();
  }

  public static final class Builder extends ApiSettings<Builder> {
    private Builder() {
      super(${javaLiteral(description.invokeUrl)}, ${javaLiteral(description.region)});
    }

    public ${service} build() {
      return new ${service}(this);
    }
  }
${operations.map(clientMethod).join("")}}
`;

const licenseOf = (text = ""): string =>
  text === ""
    ? ""
    : `${text
        .split(/\r\n|[\n\r]/)
        .map((line) => `// ${inComment(line)}`.trimEnd())
        .join("\n")}\n\n`;

const row = ({ operation, method, request }: JavaOperation): string =>
  `| \`${method}(new ${request}())\` | \`${operation.verb} ${plainText(operation.path)}\` |\n`;

/** The files of the SDK. */
export function javaSdk(description: SdkDescription, parameters: SdkParameters): SdkFiles {
  const packageName = parameters["java.package-name"] ?? "";
  const license = licenseOf(parameters["java.license-text"]);
  const classes = newClassNames();
  const service = classes.take(className(parameters["service.name"] ?? ""));
  const types = new JavaTypes(description.models, classes);
  // Models first: their names are the API's own.
  for (const { name } of description.models) types.ofModel(name);
  const methods = newMemberNames();
  const operations = description.operations.map((operation) => javaOperation(operation, types, classes, methods));

  const corePackage = `${packageName}.core`;
  const modelPackage = `${packageName}.model`;
  const files = new Map<string, string>();
  const addClass = (ofPackage: string, name: string, source: string): void => {
    const path = `${folder}/src/main/java/${ofPackage.replaceAll(".", "/")}/${name}.java`;
    files.set(path, `${license}package ${ofPackage};\n\n${source}`);
  };
  const imports = `import ${corePackage}.ApiSettings;\nimport ${corePackage}.ApiTransport;\nimport ${modelPackage}.*;\n\n`;
  addClass(packageName, service, imports + client(service, description, operations));
  for (const each of types.classes) addClass(modelPackage, each.name, modelClass(each, corePackage));
  for (const each of operations) {
    addClass(modelPackage, each.request, requestClass(each, corePackage));
    addClass(modelPackage, each.result, resultClass(each, corePackage));
  }
  for (const { file, text } of core) {
    addClass(corePackage, file.replace(/\.java$/, ""), text.replace(/^package [\w.]+;\s*/, ""));
  }
  const project = {
    groupId: parameters["java.group-id"] ?? packageName,
    artifactId: parameters["java.artifact-id"] ?? service,
    version: parameters["java.artifact-version"] ?? "1.0-SNAPSHOT",
  };
  for (const [path, text] of buildFiles(parameters["java.build-system"] ?? "maven", project)) {
    files.set(`${folder}/${path}`, text);
  }
  const parts = {
    API: plainText(description.apiName),
    STAGE: plainText(description.stageName),
    URL: description.invokeUrl,
    PACKAGE: packageName,
    SERVICE: service,
    METHOD: operations[0]?.method ?? "getApiRoot",
    REQUEST: operations[0]?.request ?? "GetApiRootRequest",
    RESULT: operations[0]?.result ?? "GetApiRootResult",
    METHODS: operations.map(row).join("").trimEnd(),
  };
  files.set(`${folder}/README.md`, fillTemplate(readme, parts));
  return files;
}
