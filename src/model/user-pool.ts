/** A Cognito user pool: whose tokens it signs, and where its keys are. */

export interface UserPool {
  readonly id: string;
  readonly region: string;
  /** As its tokens name it. */
  readonly issuer: string;
}

const form = /^arn:aws[a-z-]*:cognito-idp:([a-z0-9-]+):\d{12}:userpool\/([\w-]+)$/;

/** The pool of an ARN; undefined when it is no pool's. */
export function parseUserPool(arn: string): UserPool | undefined {
  const [, region, id] = form.exec(arn) ?? [];
  if (region === undefined || id === undefined) return undefined;
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return { id, region, issuer: `https://cognito-idp.${region}.${suffix}/${id}` };
}
