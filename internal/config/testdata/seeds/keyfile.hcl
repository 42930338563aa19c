org {
  owner = "o"
}
service_app "s" {
  label = "S"
  public_key "k" {
    private_key_file = ""
    generate = sensitive(true)
  }
}
