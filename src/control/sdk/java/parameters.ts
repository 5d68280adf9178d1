/** The parameters of Java SDKs: all of them become names of files, code, or text of a build file. */
import { badRequest, type Fault } from "../../../errors.ts";
import { className, isKeyword } from "./names.ts";

type Checks = Readonly<Record<string, (value: string, name: string) => void>>;

const invalid = (name: string, wanted: string): Fault => badRequest(`Invalid value for parameter ${name}: ${wanted}`);

const packageForm = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const packageLength = 200;
/** Java loads no other classes of its own packages. */
const ownPackage = /^java(?:\.|$)/;
/** What Maven takes for ids and versions. */
const artifactForm = /^[A-Za-z0-9_.-]{1,128}$/;

function checkArtifact(value: string, name: string): void {
  if (!artifactForm.test(value)) throw invalid(name, "it may have letters, digits and . _ -");
}

export const javaChecks: Checks = {
  "service.name": (value, name) => {
    const made = className(value);
    if (made === "" || made.length > packageLength) throw invalid(name, "it must make the name of a Java class");
  },
  "java.package-name": (value, name) => {
    if (
      value.length > packageLength ||
      !packageForm.test(value) ||
      ownPackage.test(value) ||
      value.split(".").some(isKeyword)
    ) {
      throw invalid(name, "it must be the name of a Java package");
    }
  },
  "java.build-system": (value, name) => {
    if (value !== "maven" && value !== "gradle") throw invalid(name, "it must be maven or gradle");
  },
  "java.group-id": checkArtifact,
  "java.artifact-id": checkArtifact,
  "java.artifact-version": checkArtifact,
};
