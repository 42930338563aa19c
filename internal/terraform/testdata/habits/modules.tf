module "app" {
  source   = "./modules/app"
  for_each = { a = "Alpha", b = "Beta" }
  name     = each.value
  group_ids = [okta_group.g[0].id]
  providers = { okta = okta }
}
module "inner" {
  source = "./modules/outer"
  names  = ["x", "y"]
}
resource "okta_group" "g" {
  count = 1
  name  = "G"
}
resource "okta_group" "h" {
  count = var.enabled ? 1 : 0
  name  = "H"
}
variable "enabled" {
  type    = bool
  default = true
}
output "app" { value = module.app["a"].client_id }
output "h" { value = one(okta_group.h[*].id) }

variable "reviewer_ids" {
  type    = list(string)
  default = ["00u1111111111111111"]
}

variable "owner_id" {
  type    = string
  default = "00g1111111111111111"
}

resource "okta_group" "reviewers" {
  name = "Reviewers"
}

resource "okta_group_memberships" "reviewers" {
  group_id = okta_group.reviewers.id
  users    = var.reviewer_ids

  lifecycle {
    ignore_changes  = [users]
    prevent_destroy = true
  }
}

resource "okta_app_oauth" "review" {
  label          = "Review ${uuid()}"
  type           = "web"
  grant_types    = ["authorization_code"]
  response_types = ["code"]
  redirect_uris  = ["https://review.example.com/cb"]
  depends_on     = [okta_group_memberships.reviewers, okta_policy_signon.x]
}

resource "okta_app_group_assignment" "review" {
  app_id   = okta_app_oauth.review.id
  group_id = var.owner_id
}

resource "okta_app_oauth_role_assignment" "elsewhere" {
  for_each  = toset(["READ_ONLY_ADMIN"])
  client_id = okta_app_oauth.uri.client_id
  type      = each.key
}

resource "okta_policy_signon" "x" {
  name = "x"
}
