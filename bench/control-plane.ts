/** A long list and an import, beside moto's server. */
import {
  besideMotoAims,
  besideMotoColumns,
  besideMotoRows,
  measureBesideMoto,
  type Workload,
} from "./support/beside-moto.ts";
import type { ControlClient } from "./support/control.ts";
import { type BenchOptions, type Part } from "./support/report.ts";

const connections = 4;
const resources = 300;
const importedPaths = 50;

/** A RestApi with 299 resources below its root, each with a method. */
async function largeApi(client: ControlClient): Promise<string> {
  const { id, rootResourceId } = await client.call("POST", "/restapis", { name: "large" });
  const path = `/restapis/${String(id)}/resources`;
  for (let i = 1; i < resources; i++) {
    const { id: resourceId } = await client.call("POST", `${path}/${String(rootResourceId)}`, { pathPart: `part${i}` });
    await client.call("PUT", `${path}/${String(resourceId)}/methods/GET`, { authorizationType: "NONE" });
  }
  return path;
}

const lists: Workload = {
  name: `GetResources of ${resources}`,
  rounds: [{ connections, ours: 6_000, motos: 400 }],
  prepare: async (client) => {
    const path = await largeApi(client);
    return () => ({ method: "GET", path, query: { limit: "500" } });
  },
};

/** An OpenAPI 3.0 document with two methods a path, each with an integration and a model. */
function document(i: number): object {
  const integration = {
    type: "http_proxy",
    httpMethod: "GET",
    uri: "http://127.0.0.1:1/pets",
    passthroughBehavior: "when_no_match",
  };
  const responses = {
    200: {
      description: "200 response",
      content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } },
    },
  };
  const operation = { responses, "x-amazon-apigateway-integration": integration };
  const paths = Object.fromEntries(
    Array.from({ length: importedPaths }, (_, n) => [`/pets${n}`, { get: operation, post: operation }]),
  );
  const schemas = { Pet: { type: "object", properties: { name: { type: "string" } } } };
  // moto asks for a description.
  const info = { title: `imported ${i}`, version: "1", description: "Pets." };
  return { openapi: "3.0.1", info, paths, components: { schemas } };
}

const imports: Workload = {
  name: `ImportRestApi of ${importedPaths} paths`,
  rounds: [{ connections, ours: 2_000, motos: 60 }],
  prepare: () =>
    Promise.resolve((i) => ({ method: "POST", path: "/restapis", query: { mode: "import" }, body: document(i) })),
};

export async function controlPlane(options: BenchOptions): Promise<Part> {
  const { rows, skipped } = await measureBesideMoto([lists, imports], options);
  const failed = rows.reduce((sum, row) => sum + (row.who === "Stagewright" ? row.failed : 0), 0);
  return {
    title: "control-plane",
    how:
      `The list of a RestApi's ${resources} resources in one page, and the import of an OpenAPI 3.0 document of ${importedPaths} paths with two ` +
      "methods, integrations and a model into a RestApi of its own; as in `update-stage`.",
    columns: besideMotoColumns,
    rows: besideMotoRows(rows),
    aims: [
      ...[lists, imports].flatMap(({ name }) => besideMotoAims(rows, name, connections)),
      { what: "no call of ours fails", measured: `${failed} failed`, met: failed === 0 },
    ],
    skipped,
  };
}
