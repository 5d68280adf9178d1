import { pino } from "pino";
import { expect, test } from "vitest";
import { Refusal, responseOf } from "./gateway-response.ts";

test("a log shows why a request was refused, and not the bytes of the answer", () => {
  const shown = pino.stdSerializers.err(new Refusal(responseOf.API_CONFIGURATION_ERROR, "why"));
  expect(shown).toMatchObject({ type: "Refusal", message: "why" });
  expect(JSON.stringify(shown)).not.toContain("Buffer");
});
