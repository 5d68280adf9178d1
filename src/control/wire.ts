/**
 * The wire of one operation: how its input is read and its output written. All of it is compiled from the SDK's schemas,
 * once an operation, when the process starts.
 */
import { type Operation, type OperationName, operations } from "../model/service.ts";
import { inputValidator } from "./validate.ts";
import { inputReader, type RequestParts } from "./wire/read.ts";
import { replyWriter, type WriteReply } from "./wire/reply.ts";

export interface OperationWire {
  readonly operation: Operation;
  /**
   * The input, parsed and validated. Throws a SerializationException, a ValidationException, a BadRequestException or an
   * UnsupportedMediaTypeException.
   */
  readonly readInput: (request: RequestParts) => Readonly<Record<string, unknown>>;
  readonly writeReply: WriteReply;
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
    writeReply: replyWriter(operation),
  };
}

const wires: ReadonlyMap<OperationName, OperationWire> = new Map(
  Array.from(operations, ([name, operation]) => [name, compile(operation)]),
);

/** The wire of an operation; there is one for each. */
export function wireOf(name: OperationName): OperationWire {
  const wire = wires.get(name);
  if (wire === undefined) throw new Error(`${name} has no wire`);
  return wire;
}
