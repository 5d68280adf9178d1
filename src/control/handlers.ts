/** THE TABLE: every operation of the service and what answers it. A missing or misspelt one fails the type check. */
import type { Handlers } from "./operation.ts";
import { accountOperations } from "./operations/account.ts";
import { apiKeyOperations } from "./operations/api-key.ts";
import { authorizerOperations } from "./operations/authorizer.ts";
import { basePathMappingOperations } from "./operations/base-path-mapping.ts";
import { clientCertificateOperations } from "./operations/client-certificate.ts";
import { deploymentOperations } from "./operations/deployment.ts";
import { documentationImportOperations } from "./operations/documentation-import.ts";
import { documentationPartOperations } from "./operations/documentation-part.ts";
import { documentationVersionOperations } from "./operations/documentation-version.ts";
import { domainNameAccessAssociationOperations } from "./operations/domain-name-access-association.ts";
import { domainNameOperations } from "./operations/domain-name.ts";
import { exportOperations } from "./operations/export.ts";
import { gatewayResponseOperations } from "./operations/gateway-response.ts";
import { importRestApiOperations } from "./operations/import-rest-api.ts";
import { integrationOperations } from "./operations/integration.ts";
import { integrationResponseOperations } from "./operations/integration-response.ts";
import { methodOperations } from "./operations/method.ts";
import { methodResponseOperations } from "./operations/method-response.ts";
import { modelOperations } from "./operations/model.ts";
import { requestValidatorOperations } from "./operations/request-validator.ts";
import { resourceOperations } from "./operations/resource.ts";
import { restApiOperations } from "./operations/rest-api.ts";
import { sdkOperations } from "./operations/sdk.ts";
import { stageOperations } from "./operations/stage.ts";
import { tagsOperations } from "./operations/tags.ts";
import { testInvokeAuthorizerOperations } from "./operations/test-invoke-authorizer.ts";
import { testInvokeMethodOperations } from "./operations/test-invoke-method.ts";
import { usageOperations } from "./operations/usage.ts";
import { usagePlanKeyOperations } from "./operations/usage-plan-key.ts";
import { usagePlanOperations } from "./operations/usage-plan.ts";
import { vpcLinkOperations } from "./operations/vpc-link.ts";

export const handlers: Handlers = {
  ...restApiOperations,
  ...importRestApiOperations,
  ...resourceOperations,
  ...methodOperations,
  ...methodResponseOperations,
  ...integrationOperations,
  ...integrationResponseOperations,
  ...deploymentOperations,
  ...stageOperations,
  ...clientCertificateOperations,
  ...documentationPartOperations,
  ...documentationImportOperations,
  ...documentationVersionOperations,
  ...sdkOperations,
  ...modelOperations,
  ...requestValidatorOperations,
  ...gatewayResponseOperations,
  ...authorizerOperations,
  ...domainNameOperations,
  ...basePathMappingOperations,
  ...domainNameAccessAssociationOperations,
  ...vpcLinkOperations,
  ...exportOperations,
  ...accountOperations,
  ...tagsOperations,
  ...apiKeyOperations,
  ...usagePlanOperations,
  ...usagePlanKeyOperations,
  ...usageOperations,
  ...testInvokeMethodOperations,
  ...testInvokeAuthorizerOperations,
};
