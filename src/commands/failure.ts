/** Why a command ends without having done what it was told to, for who typed it. */

/** 2 for what whoever typed it can set right, 1 for a failure of a server's or of our own. */
export type ExitCode = 1 | 2;

/** The message says what was wrong and what would be right. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
