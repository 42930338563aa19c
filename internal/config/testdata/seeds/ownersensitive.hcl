org {
  owner = sensitive("o")
}
