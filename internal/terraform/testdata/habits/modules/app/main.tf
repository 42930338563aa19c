variable "name" {}
variable "group_ids" { type = list(string) }
resource "okta_app_oauth" "this" {
  label          = var.name
  type           = "web"
  grant_types    = ["authorization_code"]
  response_types = ["code"]
  redirect_uris  = ["https://${lower(var.name)}.example.com/cb"]
  depends_on     = [okta_group.own]
}
resource "okta_group" "own" {
  name = "${var.name} users"
}
resource "okta_app_group_assignment" "given" {
  for_each = toset(var.group_ids)
  app_id   = okta_app_oauth.this.id
  group_id = each.value
}
resource "okta_app_group_assignment" "own" {
  app_id   = okta_app_oauth.this.id
  group_id = okta_group.own.id
  priority = 1
}
output "client_id" { value = okta_app_oauth.this.client_id }
output "id" { value = okta_app_oauth.this.id }
