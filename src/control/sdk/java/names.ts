/** Names in Java: of classes, methods and fields, none of which may be a keyword or stand in the way of another. */
import { camelCase, pascalCase, UniqueNames, wordsOf } from "../names.ts";

/** A file is named after its class, and systems have bounds of their own. */
const nameLength = 100;

const keywords: ReadonlySet<string> = new Set(
  (
    "abstract assert boolean break byte case catch char class const continue default do double else enum extends final " +
    "finally float for goto if implements import instanceof int interface long native new package private protected " +
    "public return short static strictfp super switch synchronized this throw throws transient try void volatile while " +
    "true false null var record yield sealed permits _"
  ).split(" "),
);

export const isKeyword = (name: string): boolean => keywords.has(name);

/** Classes that generated code knows in short: another of such a name would stand in their way. */
const takenClasses =
  "Object String Boolean Long Double Override List Map LinkedHashMap " +
  "ApiAnswer ApiException ApiRequest ApiSettings ApiTransport Json SigV4 Builder";

/** Methods that every object has, and those of all requests, answers and models. */
const takenMembers =
  "getClass hashCode equals toString notify notifyAll wait clone finalize " +
  "path query header headers body bytes json toJson fromJson statusCode builder";

export const newClassNames = (): UniqueNames => new UniqueNames(takenClasses.split(" "));
export const newMemberNames = (): UniqueNames => new UniqueNames(takenMembers.split(" "));

/** `pet store` as `PetStore`; empty when nothing of it can be in a name. */
export function className(text: string): string {
  const name = pascalCase(wordsOf(text)).slice(0, nameLength);
  return /^\d/.test(name) ? `_${name}` : name;
}

/** `X-Request-Id` as `xRequestId`, for methods and fields; never a keyword. */
export function memberName(text: string, fallback: string): string {
  const words = wordsOf(text);
  const name = camelCase(words.length > 0 ? words : [fallback]).slice(0, nameLength);
  return isKeyword(name) ? `${name}_` : name;
}
