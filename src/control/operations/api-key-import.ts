/** ImportApiKeys (facts/control.md 12): many ApiKeys of one CSV file, those of known values overwritten. */
import { setImmediate } from "node:timers/promises";
import { Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ApiKeyDocument } from "../../model/documents.ts";
import { compact } from "../../model/record.ts";
import { wholeSeconds } from "../../model/time.ts";
import type { Transaction } from "../../store/store.ts";
import { refuseWarnings } from "../openapi/problems.ts";
import { type OperationContext, prepared } from "../operation.ts";
import {
  checkedKeyDescription,
  checkedKeyName,
  checkKeyCount,
  checkKeyValue,
  type KeptValue,
  putKey,
  valueKeeper,
} from "./api-key-checks.ts";
import { type ApiKeyRow, readApiKeys } from "./api-key-csv.ts";
import { findUsagePlan } from "./find.ts";
import { addKeyToPlan } from "./usage-plan-members.ts";

const sealedAtATime = 100;

interface KeptRow extends ApiKeyRow {
  readonly kept: KeptValue;
}

/** Complaints of one import, bounded. */
class Warnings {
  readonly list: string[] = [];

  /** Does something for a record; a refusal becomes a complaint that says what was skipped. */
  attempt(skipped: string, { number }: ApiKeyRow, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (this.list.length < limits.apiKeyWarnings) this.list.push(`Skipped ${skipped}: ${number}. ${error.message}`);
    }
  }
}

/** The ApiKey of a record: the one that has its value, or a new one. */
function documentOf(
  { kept, name, description, enabled, value }: KeptRow,
  tx: Transaction,
  now: number,
): ApiKeyDocument {
  checkKeyValue(value, limits.importedApiKeyValueMinimum);
  const known = tx.get("apiKeyValue", "", kept.valueHash)?.apiKeyId;
  const present = known === undefined ? undefined : tx.get("apiKey", "", known);
  return compact({
    createdDate: wholeSeconds(now),
    stageKeys: [],
    ...kept,
    ...present,
    name: checkedKeyName(name),
    description: checkedKeyDescription(description),
    enabled,
    lastUpdatedDate: wholeSeconds(now),
  });
}

function joinPlans(context: OperationContext, row: KeptRow, apiKeyId: string, warnings: Warnings): void {
  for (const usagePlanId of new Set(row.usagePlanIds)) {
    if (context.tx.get("usagePlanKey", usagePlanId, apiKeyId) !== undefined) continue;
    warnings.attempt("usage plan of record", row, () =>
      addKeyToPlan(context.tx, findUsagePlan(context, usagePlanId), apiKeyId),
    );
  }
}

export const ImportApiKeys = prepared<"ImportApiKeys", readonly KeptRow[]>({
  prepare: async (input, { masterKey }) => {
    const keep = valueKeeper(masterKey);
    const kept: KeptRow[] = [];
    for (const row of readApiKeys(input.body)) {
      kept.push(Object.assign(row, { kept: keep(row.value) }));
      // Sealing takes its time; traffic has its turn between.
      if (kept.length % sealedAtATime === 0) await setImmediate();
    }
    return kept;
  },
  run: (input, context, rows) => {
    const { tx, now } = context;
    const warnings = new Warnings();
    const ids = new Set<string>();
    let count = tx.list("apiKey", "").length;
    for (const row of rows) {
      warnings.attempt("invalid record", row, () => {
        const document = documentOf(row, tx, now);
        if (document.id === row.kept.id) checkKeyCount(++count);
        putKey(tx, document);
        ids.add(document.id);
        joinPlans(context, row, document.id, warnings);
      });
    }
    if (input.failOnWarnings === true) refuseWarnings(warnings.list);
    return { ids: [...ids], warnings: warnings.list };
  },
});
