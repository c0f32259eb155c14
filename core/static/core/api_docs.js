const api = document.getElementById("api");
window.SwaggerUIBundle({ domNode: api, url: api.dataset.schema, deepLinking: true });
