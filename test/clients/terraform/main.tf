# One of everything of a Stage, as a user of Terraform writes it. `-var changed=true` is the second version of it.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }

variable "changed" {
  type    = bool
  default = false
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  endpoints { apigateway = var.endpoint }
}

locals { release = var.changed ? "green" : "blue" }

resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = "arn:aws:iam::000000000000:role/logs"
}

resource "aws_api_gateway_rest_api" "pets" {
  name        = "pets"
  description = var.changed ? "all pets and more" : "all pets"
  tags        = { team = var.changed ? "green" : "red" }
  endpoint_configuration { types = ["REGIONAL"] }
}

resource "aws_api_gateway_resource" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_rest_api.pets.root_resource_id
  path_part   = "pets"
}

resource "aws_api_gateway_resource" "pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_resource.pets.id
  path_part   = "{petId}"
}

resource "aws_api_gateway_method" "list" {
  rest_api_id        = aws_api_gateway_rest_api.pets.id
  resource_id        = aws_api_gateway_resource.pets.id
  http_method        = "GET"
  authorization      = "NONE"
  request_parameters = { "method.request.querystring.limit" = var.changed }
}

resource "aws_api_gateway_integration" "list" {
  rest_api_id       = aws_api_gateway_rest_api.pets.id
  resource_id       = aws_api_gateway_resource.pets.id
  http_method       = aws_api_gateway_method.list.http_method
  type              = "MOCK"
  request_templates = { "application/json" = jsonencode({ statusCode = 200 }) }
}

resource "aws_api_gateway_method_response" "list" {
  rest_api_id         = aws_api_gateway_rest_api.pets.id
  resource_id         = aws_api_gateway_resource.pets.id
  http_method         = aws_api_gateway_method.list.http_method
  status_code         = "200"
  response_parameters = { "method.response.header.x-release" = true }
}

resource "aws_api_gateway_integration_response" "list" {
  rest_api_id         = aws_api_gateway_rest_api.pets.id
  resource_id         = aws_api_gateway_resource.pets.id
  http_method         = aws_api_gateway_method.list.http_method
  status_code         = aws_api_gateway_method_response.list.status_code
  response_parameters = { "method.response.header.x-release" = "'${local.release}'" }
  response_templates  = { "application/json" = jsonencode({ release = local.release }) }
  depends_on          = [aws_api_gateway_integration.list]
}

resource "aws_api_gateway_model" "pet" {
  rest_api_id  = aws_api_gateway_rest_api.pets.id
  name         = "Pet"
  description  = var.changed ? "a pet and more" : "a pet"
  content_type = "application/json"
  schema       = jsonencode({ type = "object", required = var.changed ? ["name", "age"] : ["name"] })
}

resource "aws_api_gateway_model" "pets" {
  rest_api_id  = aws_api_gateway_rest_api.pets.id
  name         = "Pets"
  content_type = "application/json"
  schema = jsonencode({
    type  = "array"
    items = { "$ref" = "https://apigateway.amazonaws.com/restapis/${aws_api_gateway_rest_api.pets.id}/models/Pet" }
  })
}

resource "aws_api_gateway_request_validator" "all" {
  rest_api_id                 = aws_api_gateway_rest_api.pets.id
  name                        = var.changed ? "everything" : "all"
  validate_request_body       = true
  validate_request_parameters = var.changed
}

resource "aws_api_gateway_gateway_response" "refused" {
  rest_api_id         = aws_api_gateway_rest_api.pets.id
  response_type       = "DEFAULT_4XX"
  status_code         = var.changed ? "418" : null
  response_templates  = { "application/json" = jsonencode({ release = local.release }) }
  response_parameters = { "gatewayresponse.header.x-release" = "'${local.release}'" }
}

resource "aws_api_gateway_method" "one" {
  rest_api_id          = aws_api_gateway_rest_api.pets.id
  resource_id          = aws_api_gateway_resource.pet.id
  http_method          = "GET"
  authorization        = "NONE"
  request_parameters   = { "method.request.path.petId" = true }
  request_validator_id = aws_api_gateway_request_validator.all.id
  request_models       = { "application/json" = aws_api_gateway_model.pets.name }
}

resource "aws_api_gateway_integration" "one" {
  rest_api_id             = aws_api_gateway_rest_api.pets.id
  resource_id             = aws_api_gateway_resource.pet.id
  http_method             = aws_api_gateway_method.one.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "GET"
  uri                     = "http://127.0.0.1:9/$${stageVariables.release}/{petId}"
  timeout_milliseconds    = var.changed ? 2000 : 3000
  request_parameters      = { "integration.request.path.petId" = "method.request.path.petId" }
}

resource "aws_api_gateway_deployment" "first" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  description = "first"
  depends_on = [
    aws_api_gateway_integration_response.list,
    aws_api_gateway_integration.one,
    aws_api_gateway_integration.guarded,
  ]
}

resource "aws_api_gateway_deployment" "second" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  description = var.changed ? "next" : "second"
  depends_on  = [aws_api_gateway_deployment.first]
}

resource "aws_api_gateway_client_certificate" "this" {
  description = var.changed ? "for backends and more" : "for backends"
}

resource "aws_api_gateway_documentation_version" "this" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  version     = "1.0"
  description = var.changed ? "better" : "first"
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id           = aws_api_gateway_rest_api.pets.id
  deployment_id         = aws_api_gateway_deployment.first.id
  stage_name            = "prod"
  description           = "serves ${local.release}"
  client_certificate_id = aws_api_gateway_client_certificate.this.id
  documentation_version = aws_api_gateway_documentation_version.this.version
  xray_tracing_enabled  = !var.changed
  cache_cluster_enabled = true
  cache_cluster_size    = var.changed ? "1.6" : "0.5"
  variables             = var.changed ? { release = "green", added = "yes" } : { release = "blue", dropped = "yes" }
  tags                  = { team = var.changed ? "green" : "red" }

  canary_settings {
    deployment_id            = aws_api_gateway_deployment.second.id
    percent_traffic          = var.changed ? 50 : 12.5
    stage_variable_overrides = { release = var.changed ? "amber" : "red" }
    use_stage_cache          = var.changed
  }

  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:000000000000:log-group:access"
    format          = var.changed ? "$context.requestId $context.status" : "$context.requestId"
  }

  depends_on = [aws_api_gateway_account.this]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "*/*"
  settings {
    metrics_enabled        = true
    logging_level          = var.changed ? "ERROR" : "INFO"
    throttling_rate_limit  = var.changed ? 50.5 : 100
    throttling_burst_limit = var.changed ? 25 : 50
  }
}

resource "aws_api_gateway_method_settings" "list" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "pets/GET"
  settings {
    caching_enabled      = true
    cache_ttl_in_seconds = var.changed ? 60 : 120
  }
  depends_on = [aws_api_gateway_method_settings.all]
}

output "invoke_url" { value = aws_api_gateway_stage.prod.invoke_url }
output "stage" { value = "${aws_api_gateway_rest_api.pets.id}/${aws_api_gateway_stage.prod.stage_name}" }
