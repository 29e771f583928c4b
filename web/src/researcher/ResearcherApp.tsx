export function ResearcherApp() {
  return null;
}
