"""The JSON face: everything the pages can do, versioned, described by OpenAPI 3.1 at /api/v1/openapi.json."""
