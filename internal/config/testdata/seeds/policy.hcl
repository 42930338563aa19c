org {
  owner = "o"
}
group "g" {
  name = "G"
}
rule "r" {
  for_each  = { for o in planned : o.addr => o if o.kind == "group" }
  condition = each.value.name != "x"
  message   = "${each.key} ${each.value.name}"
  severity  = "high"
  attribute = "name"
  test "t" {
    planned    = [{ addr = "group.g", kind = "group", name = "x" }]
    access     = []
    violations = ["group.g"]
  }
}
waiver {
  rule    = "r"
  on      = group.g["a"]
  reason  = "because"
  owner   = "me"
  expires = "2999-12-31"
}
