// Starts Swagger UI. It calls the API that this page is part of, and keeps no token beyond the page.
"use strict";

const place = document.getElementById("reference");

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  layout: "BaseLayout",
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  filter: true,
  showCommonExtensions: true,
  showExtensions: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  validatorUrl: null,
});
