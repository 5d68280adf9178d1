import { newSpanId } from "../../request-ids.ts";
/** The trace of one request, from its first step to the documents about it. */

export class Trace {
  /** `1-{8 hex}-{24 hex}` */
  readonly root: string;
  /** The segment of who called us. */
  readonly parent: string | undefined;
  /** Whether we decided that it is traced, by the default rule, or who called us. */
  readonly sampledHere: boolean;
  /** Of our segment: 16 hex digits. */
  readonly id: string = newSpanId();
  /** Of its part at the endpoint. */
  readonly integrationId: string = newSpanId();

  constructor(root: string, parent: string | undefined, sampledHere: boolean) {
    this.root = root;
    this.parent = parent;
    this.sampledHere = sampledHere;
  }
}
