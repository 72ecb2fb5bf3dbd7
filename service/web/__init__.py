"""HTTP only: middleware, health, observability and operator routes, problems."""
