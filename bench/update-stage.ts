/** UpdateStage over HTTP, durable when it is answered, beside moto's server. */
import {
  besideMotoAims,
  besideMotoColumns,
  besideMotoRows,
  measureBesideMoto,
  type Workload,
} from "./support/beside-moto.ts";
import { deployApi, replaces } from "./support/control.ts";
import { diskText } from "./support/disk.ts";
import { type BenchOptions, type Part } from "./support/report.ts";

/** A change that no other request of the run makes. */
const change = (i: number) => ({
  patchOperations: replaces({ "/variables/release": `r-${i}`, "/description": `${i}` }),
});

const updates: Workload = {
  name: "UpdateStage",
  rounds: [
    { connections: 1, ours: 3_000, motos: 1_000 },
    { connections: 4, ours: 8_000, motos: 1_500 },
    { connections: 32, ours: 30_000, motos: 2_000 },
  ],
  prepare: async (client) => {
    const { stagePath: path } = await deployApi(client);
    return (i) => ({ method: "PATCH", path, body: change(i) });
  },
};

export async function updateStage(options: BenchOptions): Promise<Part> {
  const { rows, skipped } = await measureBesideMoto([updates], options);
  return {
    title: "update-stage",
    how:
      "PATCH of a stage variable and the description with real signatures, made before the clock starts; each answer " +
      "means that the change is on disk. Raw keep-alive sockets from a process of its own; milliseconds are a request's. " +
      diskText(),
    columns: besideMotoColumns,
    rows: besideMotoRows(rows),
    aims: besideMotoAims(rows, updates.name, 32),
    skipped,
  };
}
