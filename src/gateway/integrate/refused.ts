/** Integrations that cannot be served: every call of their methods answers 500. */

/** Thrown while a method is compiled. The message is for the operator's log. */
export class IntegrationRefused extends Error {
  override readonly name = "IntegrationRefused";
}

/** In the place of a compiled integration. */
export interface RefusedProgram {
  readonly type: "REFUSED";
  /** For the operator's log. */
  readonly reason: string;
}
