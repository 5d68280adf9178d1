/** What Maven or Gradle make a library of. The names were checked (parameters.ts). */
import type { SdkFiles } from "../archive.ts";

export interface JavaProject {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

const maven = ({ groupId, artifactId, version }: JavaProject): SdkFiles =>
  new Map([
    [
      "pom.xml",
      `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/maven-v4_0_0.xsd">
  <modelVersion>4.0.0</modelVersion>
  <groupId>${groupId}</groupId>
  <artifactId>${artifactId}</artifactId>
  <version>${version}</version>
  <packaging>jar</packaging>
  <properties>
    <maven.compiler.release>11</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
</project>
`,
    ],
  ]);

const gradle = ({ groupId, artifactId, version }: JavaProject): SdkFiles =>
  new Map([
    ["settings.gradle", `rootProject.name = '${artifactId}'\n`],
    [
      "build.gradle",
      `plugins {
  id 'java-library'
}

group = '${groupId}'
version = '${version}'

tasks.withType(JavaCompile).configureEach {
  options.release = 11
  options.encoding = 'UTF-8'
}
`,
    ],
  ]);

export const buildFiles = (buildSystem: string, project: JavaProject): SdkFiles =>
  buildSystem === "gradle" ? gradle(project) : maven(project);
