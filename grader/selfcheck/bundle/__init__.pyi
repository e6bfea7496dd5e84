from .folder import make_bundle as make_bundle
