/** Random calls of operations: inputs made from the SDK's schemas, which mostly name what there is. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { accountRules } from "../../../src/control/patch/rules/account.ts";
import { apiKeyRules } from "../../../src/control/patch/rules/api-key.ts";
import { authorizerRules } from "../../../src/control/patch/rules/authorizer.ts";
import { basePathMappingRules } from "../../../src/control/patch/rules/base-path-mapping.ts";
import { clientCertificateRules } from "../../../src/control/patch/rules/client-certificate.ts";
import { deploymentRules } from "../../../src/control/patch/rules/deployment.ts";
import { documentationPartRules } from "../../../src/control/patch/rules/documentation-part.ts";
import { documentationVersionRules } from "../../../src/control/patch/rules/documentation-version.ts";
import { domainNameRules } from "../../../src/control/patch/rules/domain-name.ts";
import { gatewayResponseRules } from "../../../src/control/patch/rules/gateway-response.ts";
import { integrationResponseRules } from "../../../src/control/patch/rules/integration-response.ts";
import { integrationRules } from "../../../src/control/patch/rules/integration.ts";
import { methodResponseRules } from "../../../src/control/patch/rules/method-response.ts";
import { methodRules } from "../../../src/control/patch/rules/method.ts";
import { modelRules } from "../../../src/control/patch/rules/model.ts";
import { requestValidatorRules } from "../../../src/control/patch/rules/request-validator.ts";
import { resourceRules } from "../../../src/control/patch/rules/resource.ts";
import { restApiRules } from "../../../src/control/patch/rules/rest-api.ts";
import { stageRules } from "../../../src/control/patch/rules/stage.ts";
import { usagePlanRules } from "../../../src/control/patch/rules/usage-plan.ts";
import { usageRules } from "../../../src/control/patch/rules/usage.ts";
import { vpcLinkRules } from "../../../src/control/patch/rules/vpc-link.ts";
import { requiredMembers } from "../../../src/control/wire/values.ts";
import { constraintOf } from "../../../src/model/constraints.ts";
import { type Operation, type OperationName, operations } from "../../../src/model/service.ts";
import type { Reader } from "../../../src/store/store.ts";
import { Draw } from "./draw.ts";
import { knownNames, type Scope } from "./known-names.ts";
import { randomEntries, randomKeys, randomTexts, usualMembers } from "./random-texts.ts";

type Rules = readonly { readonly path: string }[];

const patchRules: Partial<Readonly<Record<OperationName, Rules>>> = {
  UpdateAccount: accountRules.table.rules,
  UpdateApiKey: apiKeyRules.table.rules,
  UpdateAuthorizer: authorizerRules.table.rules,
  UpdateBasePathMapping: basePathMappingRules.table.rules,
  UpdateClientCertificate: clientCertificateRules.table.rules,
  UpdateDeployment: deploymentRules.table.rules,
  UpdateDocumentationPart: documentationPartRules.table.rules,
  UpdateDocumentationVersion: documentationVersionRules.table.rules,
  UpdateDomainName: domainNameRules.table.rules,
  UpdateGatewayResponse: gatewayResponseRules.table.rules,
  UpdateIntegration: integrationRules.table.rules,
  UpdateIntegrationResponse: integrationResponseRules.table.rules,
  UpdateMethod: methodRules.table.rules,
  UpdateMethodResponse: methodResponseRules.table.rules,
  UpdateModel: modelRules.table.rules,
  UpdateRequestValidator: requestValidatorRules.table.rules,
  UpdateResource: resourceRules.table.rules,
  UpdateRestApi: restApiRules.table.rules,
  UpdateStage: stageRules.table.rules,
  UpdateUsage: usageRules.table.rules,
  UpdateUsagePlan: usagePlanRules.table.rules,
  UpdateVpcLink: vpcLinkRules.table.rules,
};

/** How often calls come beside the usual ones, so that there is something to go on with. */
const weights: Partial<Readonly<Record<OperationName, number>>> = {
  // They call endpoints, and change nothing.
  TestInvokeAuthorizer: 0,
  TestInvokeMethod: 0,
  // Each takes a thread a while.
  GetSdk: 0,
  // A key pair takes a while too.
  GenerateClientCertificate: 2,
  CreateRestApi: 6,
  ImportRestApi: 4,
  CreateResource: 12,
  CreateModel: 8,
  PutMethod: 20,
  PutIntegration: 24,
  PutMethodResponse: 10,
  PutIntegrationResponse: 10,
  CreateDeployment: 24,
  CreateStage: 16,
  UpdateStage: 24,
  CreateUsagePlan: 12,
  UpdateUsagePlan: 16,
  CreateUsagePlanKey: 16,
  CreateAuthorizer: 10,
  CreateVpcLink: 6,
  CreateApiKey: 10,
  CreateDomainName: 14,
  CreateBasePathMapping: 24,
  UpdateBasePathMapping: 10,
  DeleteRestApi: 1,
  DeleteStage: 10,
  DeleteDeployment: 6,
  DeleteUsagePlanKey: 4,
};

const usualWeight = (name: string): number => (name.startsWith("Get") ? 1 : name.startsWith("Delete") ? 2 : 4);

/** Each operation as often as it weighs. */
const lots: readonly OperationName[] = [...operations.keys()].flatMap((name) =>
  Array.from({ length: weights[name] ?? usualWeight(name) }, () => name),
);

/** Members that name what the call itself makes. */
const makers: ReadonlySet<string> = new Set([
  "CreateStage.stageName",
  "CreateDeployment.stageName",
  "CreateDocumentationVersion.documentationVersion",
  "CreateDomainName.domainName",
  "CreateBasePathMapping.basePath",
  "PutMethod.httpMethod",
  "PutMethodResponse.statusCode",
  "PutIntegrationResponse.statusCode",
]);

const nowhere = ["nothing1", "__proto__", "a/b"];

class CallMaker {
  readonly #operation: Operation;
  readonly #present: Reader;
  readonly #draw: Draw;
  readonly #chosen: Record<string, unknown> = {};
  /** Whether it has to name what there is none of. */
  namesNothing = false;
  /** Of most calls; undefined for one that may have anything. */
  readonly #usual: Readonly<Record<string, readonly string[]>> | undefined;

  constructor(operation: Operation, present: Reader, draw: Draw) {
    this.#operation = operation;
    this.#present = present;
    this.#draw = draw;
    this.#usual = draw.chance(85) ? usualMembers[operation.name] : undefined;
  }

  input(): Record<string, unknown> {
    const { input } = this.#operation;
    return input.isStructSchema() ? this.#structure(input) : {};
  }

  #structure(schema: NormalizedSchema): Record<string, unknown> {
    const required = new Set(requiredMembers(schema));
    const made: Record<string, unknown> = {};
    const shape = schema.getName() ?? "";
    for (const [member, of] of schema.structIterator()) {
      if (!required.has(member) && !this.#draw.chance(this.#percentOf(member, schema))) continue;
      // What may be left out is seldom named where there is nothing of it.
      if (!required.has(member) && this.#known(member)?.length === 0 && this.#draw.chance(90)) continue;
      if (required.has(member) && !makers.has(`${this.#operation.name}.${member}`)) {
        this.namesNothing ||= this.#known(member)?.length === 0;
      }
      const value = this.#value(of, shape, member);
      if (value === undefined) continue;
      made[member] = value;
      this.#chosen[member] = value;
    }
    return made;
  }

  /** How often a member is there that may be left out. */
  #percentOf(member: string, schema: NormalizedSchema): number {
    if (member === "patchOperations") return 95;
    if (schema.getName() !== this.#operation.input.getName()) return 80;
    if (this.#usual === undefined) return 35;
    return this.#usual[member] === undefined ? 3 : 90;
  }

  #value(schema: NormalizedSchema, shape: string, member: string): unknown {
    if (member === "patchOperations") return this.#patch();
    if (schema.isStructSchema()) return this.#structure(schema);
    if (schema.isListSchema()) {
      const length = this.#draw.chance(75) ? 1 : 2;
      return Array.from({ length }, () => this.#value(schema.getValueSchema(), shape, member));
    }
    if (schema.isMapSchema()) return this.#map(schema.getValueSchema(), member);
    if (schema.isBooleanSchema()) return this.#draw.chance(50);
    if (schema.isBlobSchema()) return Buffer.from(this.#text(shape, member));
    if (schema.isNumericSchema()) return Number(this.#draw.pick(randomTexts[member] ?? ["1"])) || 0;
    return this.#text(shape, member);
  }

  #map(value: NormalizedSchema, member: string): Record<string, unknown> {
    const { name } = this.#operation;
    const keys = randomKeys[`${name}.${member}`] ?? randomKeys[member] ?? ["key", "other"];
    const entries = randomEntries[`${name}.${member}`] ?? randomEntries[member] ?? ["x", ""];
    const made = Array.from({ length: 1 + this.#draw.int(2) }, () => [
      this.#draw.pick(keys) ?? "key",
      value.isStringSchema() ? (this.#draw.pick(entries) ?? "") : this.#value(value, "", member),
    ]);
    return Object.fromEntries(made) as Record<string, unknown>;
  }

  #text(shape: string, member: string): string {
    const { name } = this.#operation;
    const all = this.#known(member) ?? [];
    // Much about few rather than little about many.
    const known = this.#draw.chance(80) ? all.slice(0, 3) : all;
    const makesIt = makers.has(`${name}.${member}`);
    if (known.length > 0 && this.#draw.chance(makesIt ? 25 : 96)) return this.#draw.pick(known) ?? "";
    const constraint = constraintOf(shape, member);
    const legal = constraint !== undefined && "enum" in constraint ? constraint.enum : undefined;
    const usual = this.#usual?.[member];
    const free =
      (usual?.length ? usual : undefined) ?? randomTexts[`${name}.${member}`] ?? legal ?? randomTexts[member];
    if (free !== undefined) return this.#draw.pick(free) ?? "";
    return this.#draw.pick(knownNames[member] === undefined ? ["text", "other"] : nowhere) ?? "";
  }

  #known(member: string): readonly string[] | undefined {
    const scope: Scope = { operation: this.#operation.name, present: this.#present, chosen: this.#chosen };
    return knownNames[member]?.(scope);
  }

  #patch(): object[] {
    const rules = patchRules[this.#operation.name] ?? [];
    return Array.from({ length: 1 + this.#draw.int(3) }, () => this.#patchOperation(rules));
  }

  #patchOperation(rules: Rules): object {
    const rule = this.#draw.pick(rules);
    if (rule === undefined) throw new Error(`${this.#operation.name} has no patch rules here`);
    const ops = Object.keys(rule).filter((name) => name !== "path");
    const op = this.#draw.chance(95) ? this.#draw.pick(ops) : this.#draw.pick(["add", "replace", "remove"]);
    const path = rule.path.replaceAll(/\{(\w+)\+?\}/g, (_all, name: string) => this.#capture(name, rule.path));
    if (op === "copy")
      return { op, path, from: `/canarySettings/${path === "/variables" ? "stageVariableOverrides" : "deploymentId"}` };
    return { op, path, value: this.#patchValue(rule.path) };
  }

  #capture(name: string, path: string): string {
    if (name === "apiStage") return this.#apiStage();
    if (name === "resourcePath") return this.#draw.pick(["*", "~1", "~1pets", "pets"]) ?? "*";
    if (name === "httpMethod") return this.#draw.pick(["*", "GET"]) ?? "*";
    if (name === "method") return this.#draw.pick(["pets/GET", "/GET"]) ?? "";
    const around = path.split("/").at(-2) ?? "";
    const keys = randomKeys[`${this.#operation.name}.${around}`] ?? randomKeys[around] ?? randomTexts[around] ?? ["x"];
    return (this.#draw.pick(keys) ?? "x").replaceAll("~", "~0").replaceAll("/", "~1");
  }

  #apiStage(): string {
    const stages = [...this.#present.all("stage")].map(([apiId, stageName]) => `${apiId}:${stageName}`);
    return this.#draw.pick(stages) ?? "nothing1:prod";
  }

  #patchValue(path: string): string {
    if (path === "/apiStages") return this.#apiStage();
    const parts = path.split("/");
    const last = parts.at(-1) ?? "";
    const member = last.startsWith("{") ? (parts.at(-2) ?? "") : last;
    const entries = randomEntries[member];
    if (last.startsWith("{") && entries !== undefined) return this.#draw.pick(entries) ?? "";
    if (/abled$|^validate|apiKeyRequired|useStageCache|disable|insecure/i.test(member))
      return this.#draw.pick(["true", "false", "x"]) ?? "";
    return this.#text(
      this.#operation.input.getName() ?? "",
      member === "restapiId" ? "restApiId" : member === "basepath" ? "basePath" : member,
    );
  }
}

/** A call: what a client sends. */
export interface Call {
  readonly name: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How often another call is tried where there is nothing for one to name. */
const tries = 12;

/** The call that a seed stands for where these documents are. */
export function randomCall(seed: number, present: Reader): Call {
  const draw = new Draw(seed);
  for (let left = tries; ; left--) {
    const operation = operations.get(draw.pick(lots) ?? "GetAccount");
    if (operation === undefined) throw new Error("an operation has no name");
    const maker = new CallMaker(operation, present, draw);
    const input = maker.input();
    if (!maker.namesNothing || left === 0 || draw.chance(3)) return { name: operation.name, input };
  }
}
