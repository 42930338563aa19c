org {
  owner = group.g.name
}
group "g" {
  name = org.owner
}
