org {
  owner = "o"
}
group "g" {
  name = "G"
  members = [{ id = "1", addr = "no.such", name = "n" }]
}
