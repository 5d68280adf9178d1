/** The types of SDK that the service knows (facts/control.md 17), as GetSdkTypes lists them. */

export interface SdkProperty {
  /** As a parameter of GetSdk; the reference of GetSdk spells some of them otherwise: `alias`. */
  readonly name: string;
  readonly alias?: string;
  readonly friendlyName: string;
  readonly description: string;
  readonly required: boolean;
  readonly defaultValue?: string;
}

export interface SdkType {
  readonly id: string;
  readonly friendlyName: string;
  readonly description: string;
  readonly configurationProperties: readonly SdkProperty[];
}

const needed = (name: string, friendlyName: string, description: string, alias?: string): SdkProperty => ({
  name,
  friendlyName,
  description,
  required: true,
  ...(alias !== undefined && { alias }),
});

const optional = (name: string, friendlyName: string, description: string, defaultValue?: string): SdkProperty => ({
  name,
  friendlyName,
  description,
  required: false,
  ...(defaultValue !== undefined && { defaultValue }),
});

const classPrefix = needed("classPrefix", "Prefix", "Prefix of the names of the generated classes");

export const sdkTypes: readonly SdkType[] = [
  {
    id: "android",
    friendlyName: "Android",
    description: "Android SDK generator for API Gateway APIs",
    configurationProperties: [
      needed("groupId", "Group ID", "Group id of the generated Maven project"),
      needed("invokerPackage", "Invoker package", "Package of the generated client classes"),
      needed("artifactId", "Artifact ID", "Artifact id of the generated Maven project"),
      needed("artifactVersion", "Artifact version", "Version of the generated Maven project"),
    ],
  },
  {
    id: "java",
    friendlyName: "Java",
    description: "Java SDK generator for API Gateway APIs",
    configurationProperties: [
      needed(
        "service.name",
        "Service Name",
        "Name of the service which is used to derive the Java interface name for your client",
        "serviceName",
      ),
      needed(
        "java.package-name",
        "Java Package Name",
        "Name of the Java package your code will be generated under",
        "javaPackageName",
      ),
      optional(
        "java.build-system",
        "Java Build System",
        "Build system to setup for project; Currently supported: maven, gradle",
        "maven",
      ),
      optional("java.group-id", "Java Group Id", "Group id for your Maven or Gradle project. Defaults to package name"),
      optional(
        "java.artifact-id",
        "Java Artifact Id",
        "Artifact Id for your Maven project or project name for your Gradle project. Defaults to service name",
      ),
      optional(
        "java.artifact-version",
        "Java Artifact Version",
        "Version of your Maven or Gradle project. Defaults to 1.0-SNAPSHOT",
        "1.0-SNAPSHOT",
      ),
      optional(
        "java.license-text",
        "Source Code License Text",
        "Customer provided license to inject into source file headers",
      ),
    ],
  },
  {
    id: "javascript",
    friendlyName: "JavaScript",
    description: "JavaScript SDK generator for API Gateway APIs",
    configurationProperties: [],
  },
  {
    id: "objectivec",
    friendlyName: "iOS (Objective-C)",
    description: "Objective-C SDK generator for API Gateway APIs",
    configurationProperties: [classPrefix],
  },
  {
    id: "ruby",
    friendlyName: "Ruby",
    description: "Ruby SDK generator for API Gateway APIs",
    configurationProperties: [
      needed(
        "service.name",
        "Service Name",
        "Name of the service which is used to derive the name for your client",
        "serviceName",
      ),
      optional("ruby.gem-name", "Ruby Gem Name", "Name of the Ruby gem your code will be generated under"),
      optional(
        "ruby.gem-version",
        "Ruby Gem Version",
        "Version number for your service gem. Defaults to 1.0.0",
        "1.0.0",
      ),
    ],
  },
  {
    id: "swift",
    friendlyName: "iOS (Swift)",
    description: "Swift SDK generator for API Gateway APIs",
    configurationProperties: [classPrefix],
  },
];
