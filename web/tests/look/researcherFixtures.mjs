export function researcherAnswer(study, request, url, response) {
  response.writeHead(404).end();
}
