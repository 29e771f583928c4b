import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";

import { CallList } from "../../src/participant/CallList";

it("shows each call of the assistant with its arguments, its outcome and its result", () => {
  render(
    <CallList
      heading="h2"
      calls={[
        { call_id: "1", function: "web_search", arguments: { query: "rain tomorrow" }, status: "succeeded", result: "Two pages." },
        { call_id: "2", function: "fetch_url", arguments: {}, status: "failed", result: null },
      ]}
    />,
  );
  const list = screen.getByRole("list", { name: "What the assistant did" });
  const [search, fetched] = within(list).getAllByRole("listitem");
  expect(search).toHaveTextContent("web_searchSucceeded");
  expect(search).toHaveTextContent("query rain tomorrow");
  expect(search).toHaveTextContent("Two pages.");
  expect(fetched).toHaveTextContent("fetch_urlFailed");
  expect(fetched).toHaveTextContent("no details");
});

it("says that nothing was done yet", () => {
  render(<CallList heading="h3" calls={[]} />);
  expect(screen.getByText("Nothing yet. Each action of the assistant appears here.")).toBeVisible();
});
