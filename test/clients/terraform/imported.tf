# A RestApi whose resources and methods are a definition: created, then put over with mode overwrite.
resource "aws_api_gateway_rest_api" "imported" {
  name                     = "imported"
  description              = "from a definition, ${local.release}"
  binary_media_types       = ["image/png"]
  minimum_compression_size = 1024
  put_rest_api_mode        = "overwrite"
  fail_on_warnings         = true
  tags                     = { release = local.release }
  endpoint_configuration { types = ["REGIONAL"] }
  parameters = { basepath = "prepend" }
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "imported", version = "1.0" }
    servers = [{ url = "/v1" }]
    paths = {
      "/${local.release}" = {
        get = {
          responses = { "200" = { description = "ok" } }
          x-amazon-apigateway-integration = {
            type                = "mock"
            requestTemplates    = { "application/json" = "{\"statusCode\": 200}" }
            responses           = { default = { statusCode = "200" } }
            passthroughBehavior = "when_no_match"
          }
        }
      }
    }
  })
}

resource "aws_api_gateway_deployment" "imported" {
  rest_api_id = aws_api_gateway_rest_api.imported.id
  triggers    = { definition = sha1(aws_api_gateway_rest_api.imported.body) }
  lifecycle { create_before_destroy = true }
}

resource "aws_api_gateway_stage" "imported" {
  rest_api_id   = aws_api_gateway_rest_api.imported.id
  deployment_id = aws_api_gateway_deployment.imported.id
  stage_name    = "prod"
}
