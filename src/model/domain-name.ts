/** What is known of a DomainName beside its settings: how it is stored, its ARN, the hosted zones of its endpoints. */
import type { DomainNameDocument } from "./documents.ts";
import { partitionOf } from "./region.ts";

/** The base path of what no other mapping takes, and a stage that the path is to name: nothing, in the service's word. */
export const none = "(none)";

type Name = Pick<DomainNameDocument, "domainName" | "domainNameId">;

/** Under what it is stored, and what ends its ARN. */
export const domainNameKey = ({ domainName, domainNameId }: Name): string =>
  domainNameId === undefined ? domainName : `${domainName}+${domainNameId}`;

/** Where a resource is: what its ARN says beside its name. */
export interface ArnPlace {
  readonly region: string;
  readonly accountId: string;
}

/** Of a public one without the account (facts/control.md 18); of a private one with it. */
export function domainNameArn(name: Name, { region, accountId }: ArnPlace): string {
  const account = name.domainNameId === undefined ? "" : accountId;
  return `arn:${partitionOf(region)}:apigateway:${region}:${account}:/domainnames/${domainNameKey(name)}`;
}

/** What an access association is stored under: the end of its ARN. */
export const accessAssociationKey = (name: Name, source: string): string =>
  `domainname/${domainNameKey(name)}/vpcesource/${source}`;

export const accessAssociationArn = (key: string, { region, accountId }: ArnPlace): string =>
  `arn:${partitionOf(region)}:apigateway:${region}:${accountId}:/domainnameaccessassociations/${key}`;

/** Route 53's zone of all distributions (facts/control.md 14). */
export const distributionHostedZoneId = "Z2FDTNDATAQYW2";

/** Route 53's zones of regional endpoints, as the service's list of endpoints has them. */
const regionalHostedZoneIds: ReadonlyMap<string, string> = new Map([
  ["us-east-1", "Z1UJRXOUMOOFQ8"],
  ["us-east-2", "ZOJJZC49E0EPZ"],
  ["us-west-1", "Z2MUQ32089INYE"],
  ["us-west-2", "Z2OJLYMUO9EFXC"],
  ["us-gov-east-1", "Z3SE9ATJYCRCZJ"],
  ["us-gov-west-1", "Z1K6XKP9SAGWDV"],
  ["af-south-1", "Z2DHW2332DAMTN"],
  ["ap-east-1", "Z3FD1VL90ND7K5"],
  ["ap-south-1", "Z3VO1THU9YC4UR"],
  ["ap-northeast-1", "Z1YSHQZHG15GKL"],
  ["ap-northeast-2", "Z20JF4UZKIW1U8"],
  ["ap-northeast-3", "Z2YQB5RD63NC85"],
  ["ap-southeast-1", "ZL327KTPIQFUL"],
  ["ap-southeast-2", "Z2RPCDW04V8134"],
  ["ca-central-1", "Z19DQILCV0OWEC"],
  ["eu-central-1", "Z1U9ULNL0V5AJ3"],
  ["eu-north-1", "Z3UWIKFBOOGXPP"],
  ["eu-south-1", "Z3BT4WSQ9TDYZV"],
  ["eu-west-1", "ZLY8HYME6SFDD"],
  ["eu-west-2", "ZJ5UAJN8Y3Z2Q"],
  ["eu-west-3", "Z3KY65QIEKYHQQ"],
  ["me-south-1", "Z20ZBPC0SS8806"],
  ["sa-east-1", "ZCMLWB8V5SYIT"],
]);

/** The zone of a region's endpoints; that of us-east-1 for a region that the list does not have. */
export const regionalHostedZoneId = (region: string): string => regionalHostedZoneIds.get(region) ?? "Z1UJRXOUMOOFQ8";
