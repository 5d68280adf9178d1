/** Templates of text files: `@NAME@` stands for a part. */

/** The template with its parts; what is in a part stays as it is. */
export const fillTemplate = (template: string, parts: Readonly<Record<string, string>>): string =>
  template.replaceAll(/@([A-Z]+)@/g, (whole, name: string) => parts[name] ?? whole);
