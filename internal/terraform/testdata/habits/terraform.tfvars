org_name = "example"
env      = "dev"
