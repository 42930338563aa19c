# This folder says which API access there is in an Okta org: apps, their keys,
# scopes and admin roles, and tests that show that it works.
#
#   oktaform plan --org sandbox     shows what would change
#   oktaform apply --org sandbox    changes it, and runs the smoke tests
#   oktaform test                   tries everything in a fresh org of its own
#
# --org sandbox is an Okta org inside oktaform. For your own org, leave it out.

org {
  # Objects in the org that this folder manages carry this name. Objects with
  # another name, or without one, are never changed.
  owner = "team/iam"

  # Uncomment this to refuse every other org:
  # url = "https://example.okta.com"
}
