/** The trace of one request, from its first step to the documents about it. */
import { newSpanId } from "../../request-ids.ts";

export class Trace {
  /** `1-{8 hex}-{24 hex}` */
  readonly root: string;
  /** The segment of who called us. */
  readonly parent: string | undefined;
  /** The rule of X-Ray's by which we decided that it is traced; undefined when who called us did, or another rule. */
  readonly samplingRule: string | undefined;
  /** Of our segment: 16 hex digits. */
  readonly id: string = newSpanId();
  /** Of its part at the endpoint. */
  readonly integrationId: string = newSpanId();

  constructor(root: string, parent: string | undefined, samplingRule: string | undefined) {
    this.root = root;
    this.parent = parent;
    this.samplingRule = samplingRule;
  }
}
