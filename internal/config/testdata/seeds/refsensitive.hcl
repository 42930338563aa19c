org {
  owner = "o"
}
group "g" {
  name = "G"
  members = [{ id = "1", addr = sensitive("user.u"), name = "n" }, null]
}
