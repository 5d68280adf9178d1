/** DomainNames of tests: the inputs that make them, and both halves of the operation. */
import type { OperationContext } from "../../src/control/operation.ts";
import { domainNameOperations } from "../../src/control/operations/domain-name.ts";
import type { Input } from "../../src/model/service.ts";
import { refusalOf } from "./api-fixture.ts";
import { contextFor, memoryTransaction } from "./memory-transaction.ts";

type Given = Input<"CreateDomainName">;

export const domainName = "api.example.com";

/** The ARN of a certificate in a region, of the account of tests unless told otherwise. */
export const certificateIn = (region: string, account = "123456789012"): string =>
  `arn:aws:acm:${region}:${account}:certificate/01234567-89ab-cdef-0123-456789abcdef`;
export const certificateArn = certificateIn("us-east-1");

export const edge = { domainName, certificateArn } as const satisfies Given;
export const regional = {
  domainName,
  regionalCertificateArn: certificateArn,
  endpointConfiguration: { types: ["REGIONAL"] },
} as const satisfies Given;
export const privately = {
  domainName,
  certificateArn,
  endpointConfiguration: { types: ["PRIVATE"] },
} as const satisfies Given;

export const newContext = (overrides: Partial<OperationContext> = {}): OperationContext =>
  contextFor(memoryTransaction(), overrides);

export async function createDomainName(input: Given, context = newContext()) {
  const { prepare, run } = domainNameOperations.CreateDomainName;
  return run(input, context, await prepare(input, context));
}

/** How the creation is refused, by either half; `nothing` when it is not. */
export function refusalOfDomain(input: Given, context = newContext()): Promise<string> {
  return createDomainName(input, context).then(
    () => "nothing",
    (error: unknown) =>
      refusalOf(() => {
        throw error;
      }),
  );
}
