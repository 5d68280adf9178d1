/** A whole answer of the control port. */
import type { HeaderList } from "../gateway/transport.ts";

export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer | string;
}
