// Starts Scalar with the specification and the guides. It calls the API that this page is part of, and keeps no token
// beyond the page.
"use strict";

/** Guides have the whole width, and wide tables scroll by themselves instead of breaking words. */
const STYLE = `
.section-column:empty { display: none; }
.markdown.markdown table { display: block; max-width: 100%; overflow-x: auto; width: max-content; }
.markdown.markdown :is(th, td, td code) { min-width: 5em; overflow-wrap: normal; word-break: normal; }
`;

const place = document.getElementById("reference");
const guides = document
  .getElementById("guides")
  .textContent.split(/^## /m)
  .slice(1)
  .map((text) => ({ name: text.split("\n", 1)[0].replaceAll("`", ""), description: text.slice(text.indexOf("\n")) }));

/** The specification as the page shows it: with the guides in front, the API's whole URL, and values to try. */
function shown(specification) {
  const operations = Object.values(specification.paths).flatMap(Object.values);
  operations
    .flatMap((operation) => operation.parameters)
    .filter((parameter) => parameter.schema)
    .forEach(prepare);
  const { info, tags } = specification;
  const address = place.dataset.document;
  return {
    ...specification,
    info: { ...info, description: `${info.summary} This page shows [${address}](${address}) and the guides.` },
    servers: [{ url: new URL(".", document.baseURI).href.replace(/\/$/, "") }],
    tags: [...guides, ...tags],
    "x-tagGroups": [
      { name: "Guides", tags: guides.map((guide) => guide.name) },
      { name: "Operations", tags: tags.map((tag) => tag.name) },
    ],
  };
}

/** Optional parameters are sent only if they are switched on, and each page has idempotency keys of its own. */
function prepare(parameter) {
  if (parameter.name === "Idempotency-Key") {
    parameter.example = crypto.randomUUID();
  } else if (!parameter.required) {
    const value = parameter.example ?? parameter.schema.examples?.[0] ?? parameter.schema.default ?? "";
    parameter.examples = { example: { value, "x-disabled": true } };
    delete parameter.example;
  }
}

fetch(place.dataset.document)
  .then((response) => response.json())
  .then((specification) =>
    Scalar.createApiReference(place, {
      content: shown(specification),
      agent: { disabled: true },
      customCss: STYLE,
      documentDownloadType: "none",
      hideClientButton: true,
      hideModels: true,
      mcp: { disabled: true },
      persistAuth: false,
      showDeveloperTools: "never",
      showOperationId: true,
      telemetry: false,
      withDefaultFonts: false,
    }),
  )
  .catch((error) => {
    place.textContent = `The reference could not be shown: ${error.message}`;
  });
