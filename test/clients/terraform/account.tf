# Everything else that the provider knows of the service: who may call, under which name, and what is written of it.

resource "aws_api_gateway_rest_api_policy" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "execute-api:Invoke"
      Resource  = "arn:aws:execute-api:us-east-1:000000000000:${aws_api_gateway_rest_api.pets.id}/*${var.changed ? "/GET/*" : ""}"
    }]
  })
}

resource "aws_api_gateway_authorizer" "guard" {
  rest_api_id                      = aws_api_gateway_rest_api.pets.id
  name                             = var.changed ? "better guard" : "guard"
  type                             = "TOKEN"
  authorizer_uri                   = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:guard/invocations"
  identity_source                  = "method.request.header.${var.changed ? "Token" : "Authorization"}"
  identity_validation_expression   = var.changed ? "^Bearer .+$" : null
  authorizer_result_ttl_in_seconds = var.changed ? 0 : 60
}

resource "aws_api_gateway_authorizer" "pool" {
  rest_api_id   = aws_api_gateway_rest_api.pets.id
  name          = "pool"
  type          = "COGNITO_USER_POOLS"
  provider_arns = ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_${var.changed ? "second" : "first"}"]
}

resource "aws_api_gateway_resource" "guarded" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_rest_api.pets.root_resource_id
  path_part   = "guarded"
}

resource "aws_api_gateway_method" "guarded" {
  rest_api_id          = aws_api_gateway_rest_api.pets.id
  resource_id          = aws_api_gateway_resource.guarded.id
  http_method          = "GET"
  authorization        = var.changed ? "COGNITO_USER_POOLS" : "CUSTOM"
  authorizer_id        = var.changed ? aws_api_gateway_authorizer.pool.id : aws_api_gateway_authorizer.guard.id
  authorization_scopes = var.changed ? ["pets/read"] : null
  api_key_required     = !var.changed
}

resource "aws_api_gateway_vpc_link" "inner" {
  name        = var.changed ? "inside" : "inner"
  description = "to the balancer"
  target_arns = ["arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/inner/0123456789abcdef"]
  tags        = { team = var.changed ? "green" : "red" }
}

resource "aws_api_gateway_integration" "guarded" {
  rest_api_id             = aws_api_gateway_rest_api.pets.id
  resource_id             = aws_api_gateway_resource.guarded.id
  http_method             = aws_api_gateway_method.guarded.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "GET"
  uri                     = "http://127.0.0.1:9/guarded"
  connection_type         = "VPC_LINK"
  connection_id           = aws_api_gateway_vpc_link.inner.id
}

resource "aws_api_gateway_api_key" "anna" {
  name        = "anna"
  description = var.changed ? "of Anna and Bert" : "of Anna"
  enabled     = !var.changed
  value       = "anna-0123456789-0123456789"
  tags        = { team = var.changed ? "green" : "red" }
}

resource "aws_api_gateway_usage_plan" "gold" {
  name        = var.changed ? "gold and more" : "gold"
  description = "for those who pay"

  api_stages {
    api_id = aws_api_gateway_rest_api.pets.id
    stage  = aws_api_gateway_stage.prod.stage_name
    throttle {
      path        = "/pets/GET"
      rate_limit  = var.changed ? 3 : 2
      burst_limit = 4
    }
  }

  quota_settings {
    limit  = var.changed ? 200 : 100
    offset = var.changed ? 0 : 2
    period = var.changed ? "DAY" : "WEEK"
  }

  throttle_settings {
    rate_limit  = 10
    burst_limit = var.changed ? 30 : 20
  }
}

resource "aws_api_gateway_usage_plan_key" "anna" {
  key_id        = aws_api_gateway_api_key.anna.id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.gold.id
}

# Of a changed domain name the provider waits a minute; tags change without.
resource "aws_api_gateway_domain_name" "pets" {
  domain_name              = "pets.example.com"
  regional_certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555"
  security_policy          = "TLS_1_2"
  tags                     = { team = var.changed ? "green" : "red" }
  endpoint_configuration { types = ["REGIONAL"] }
}

resource "aws_api_gateway_base_path_mapping" "pets" {
  domain_name = aws_api_gateway_domain_name.pets.domain_name
  api_id      = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  base_path   = var.changed ? "animals" : "pets"
}

resource "aws_api_gateway_domain_name" "inside" {
  domain_name     = "inside.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-777777777777"
  endpoint_configuration { types = ["PRIVATE"] }
}

resource "aws_api_gateway_domain_name_access_association" "inside" {
  access_association_source      = "vpce-0123456789abcdef0"
  access_association_source_type = "VPCE"
  domain_name_arn                = aws_api_gateway_domain_name.inside.arn
}

resource "aws_api_gateway_documentation_part" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  location {
    type   = "METHOD"
    method = "GET"
    path   = "/pets"
  }
  properties = jsonencode({ description = var.changed ? "Lists pets, all of them." : "Lists pets." })
}

locals {
  definition = jsonencode({
    openapi = "3.0.1"
    info    = { title = "toys", version = "1" }
    paths = {
      "/toys" = {
        get = {
          responses = { 200 = { description = "200 response" } }
          x-amazon-apigateway-integration = {
            type             = "mock"
            requestTemplates = { "application/json" = jsonencode({ statusCode = 200 }) }
            responses        = { default = { statusCode = "200" } }
          }
        }
      }
    }
  })
}

resource "aws_api_gateway_rest_api" "toys" {
  name = "toys"
  body = local.definition
}

resource "aws_api_gateway_rest_api" "blocks" {
  name = "blocks"
  lifecycle { ignore_changes = [body] }
}

resource "aws_api_gateway_rest_api_put" "blocks" {
  rest_api_id = aws_api_gateway_rest_api.blocks.id
  # The provider insists on a value.
  fail_on_warnings = true
  body             = replace(local.definition, "\"toys\"", "\"blocks\"")
}

data "aws_api_gateway_rest_api" "pets" {
  name       = aws_api_gateway_rest_api.pets.name
  depends_on = [aws_api_gateway_resource.pets]
}

data "aws_api_gateway_resource" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  path        = aws_api_gateway_resource.pets.path
}

data "aws_api_gateway_api_key" "anna" { id = aws_api_gateway_api_key.anna.id }

data "aws_api_gateway_vpc_link" "inner" { name = aws_api_gateway_vpc_link.inner.name }

data "aws_api_gateway_domain_name" "pets" { domain_name = aws_api_gateway_domain_name.pets.domain_name }

data "aws_api_gateway_authorizers" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  depends_on  = [aws_api_gateway_authorizer.guard, aws_api_gateway_authorizer.pool]
}

data "aws_api_gateway_authorizer" "guard" {
  rest_api_id   = aws_api_gateway_rest_api.pets.id
  authorizer_id = aws_api_gateway_authorizer.guard.id
}

data "aws_api_gateway_export" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  export_type = "oas30"
}

data "aws_api_gateway_sdk" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  sdk_type    = "javascript"
}

data "aws_api_gateway_api_keys" "all" { depends_on = [aws_api_gateway_api_key.anna] }
