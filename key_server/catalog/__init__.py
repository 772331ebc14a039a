"""providers.yaml as this side sees it: whom we may call, where, how and at what price."""
