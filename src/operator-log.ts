/** Where the operator is told what goes wrong, and that it is right again. */
export interface OperatorLog {
  error(details: object, message: string): void;
  info(details: object, message: string): void;
}

/** Where there is no operator. */
export const silentLog: OperatorLog = { error: () => undefined, info: () => undefined };
