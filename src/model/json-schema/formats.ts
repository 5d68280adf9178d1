/** The formats of draft 4, as tests of texts. All are linear, and no text is longer than what they are asked about. */
import { isIPv4, isIPv6 } from "node:net";

const dateTime = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,12})?(?:[Zz]|[+-](\d\d):?(\d\d))$/;

function isDateTime(text: string): boolean {
  const parts = dateTime.exec(text);
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= days &&
    hour < 24 &&
    minute < 60 &&
    second <= 60 &&
    offsetHour < 24 &&
    offsetMinute < 60
  );
}

const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const isHostname = (text: string): boolean => text.length <= 253 && text.split(".").every((part) => label.test(part));

function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  return text.length <= 320 && at > 0 && !/[\s@]/.test(text.slice(0, at)) && /^[^\s@]+$/.test(text.slice(at + 1));
}

const isUri = (text: string): boolean => /^[a-zA-Z][a-zA-Z0-9+.-]*:\S*$/.test(text) && !/[<>"{}|\\^`\s]/.test(text);

/** What a text longer than this is, it is not one of these. */
const longest = 65_536;

const tests: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["date-time", isDateTime],
  ["email", isEmail],
  ["hostname", isHostname],
  ["ipv4", (text) => isIPv4(text)],
  ["ipv6", (text) => isIPv6(text)],
  ["uri", isUri],
]);

/** The test of a format; undefined for one that says nothing here, such as `int32` (facts/mapping.md 8.2). */
export function formatTest(format: string): ((text: string) => boolean) | undefined {
  const test = tests.get(format);
  return test && ((text) => text.length <= longest && test(text));
}
