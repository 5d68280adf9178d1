/** The partition of a region, as ARNs and `${AWS::Partition}` have it; it follows from the region's name. */
export const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
