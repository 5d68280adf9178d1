/**
 * The wire of one operation: how its input is read and its output written. All of it is compiled from the SDK's schemas,
 * once an operation, when the process starts.
 */
import { type Operation, type OperationName, operations } from "../model/service.ts";
import { inputValidator } from "./validate.ts";
import { inputReader, type RequestParts } from "./wire/read.ts";
import { outputWriter, type WriteOutput } from "./wire/write.ts";

export interface OperationWire {
  readonly operation: Operation;
  /**
   * The input, parsed and validated. Throws a SerializationException, a ValidationException, a BadRequestException or an
   * UnsupportedMediaTypeException.
   */
  readonly readInput: (request: RequestParts) => Readonly<Record<string, unknown>>;
  /** The output in plain JSON. */
  readonly writePlain: WriteOutput;
}

function compile(operation: Operation): OperationWire {
  const read = inputReader(operation);
  const validate = inputValidator(operation);
  return {
    operation,
    readInput: (request) => {
      const input = read(request);
      validate(input);
      return input;
    },
    writePlain: outputWriter(operation),
  };
}

/** The wire of every operation. */
export const wires: ReadonlyMap<OperationName, OperationWire> = new Map(
  Array.from(operations, ([name, operation]) => [name, compile(operation)]),
);
