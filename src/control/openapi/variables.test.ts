import { describe, expect, it } from "vitest";
import { resolveVariables } from "./variables.ts";

const resolved = (text: string, region = "us-east-1"): unknown =>
  resolveVariables({ at: [{ text }] }, { accountId: "123456789012", region });

describe("the service's variables", () => {
  it.each([
    ["us-east-1", "arn:aws:iam::123456789012:role/of-us-east-1"],
    ["cn-north-1", "arn:aws-cn:iam::123456789012:role/of-cn-north-1"],
    ["us-gov-west-1", "arn:aws-us-gov:iam::123456789012:role/of-us-gov-west-1"],
  ])("are those of the place: %s", (region, text) => {
    const variables = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/of-${AWS::Region}";
    expect(resolved(variables, region)).toEqual({ at: [{ text }] });
  });

  it.each(["${AWS::StackName}", "${AWS::Region", "$AWS::Region", "${aws::Region}"])("are no others: %s", (text) => {
    expect(resolved(text)).toEqual({ at: [{ text }] });
  });

  it("are left alone in names, and any name is one", () => {
    const root = JSON.parse('{"${AWS::Region}":"x","__proto__":"${AWS::Region}"}') as Record<string, unknown>;
    const text = JSON.stringify(resolveVariables(root, { accountId: "1", region: "us-east-1" }));
    expect(text).toBe('{"${AWS::Region}":"x","__proto__":"us-east-1"}');
  });
});
