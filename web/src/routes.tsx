import {
  Outlet,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Action } from "./design/Action";
import { Callout } from "./design/Callout";
import { Page } from "./participant/Page";
import { ParticipantApp } from "./participant/ParticipantApp";
import { readListing } from "./researcher/listing";
import { readChosenFit } from "./researcher/weights/choosing";

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: Broken,
});

const participant = createRoute({
  getParentRoute: () => root,
  path: "/p/$study",
  component: function Participant() {
    return <ParticipantApp study={participant.useParams().study} />;
  },
});

const researcher = createRoute({
  getParentRoute: () => root,
  path: "/researcher",
  component: lazyRouteComponent(() => import("./researcher/ResearcherApp"), "ResearcherApp"),
});

const conversations = createRoute({
  getParentRoute: () => researcher,
  path: "/",
  validateSearch: readListing,
  component: lazyRouteComponent(() => import("./researcher/ConversationsPage"), "ConversationsPage"),
});

const weights = createRoute({
  getParentRoute: () => researcher,
  path: "weights",
  component: lazyRouteComponent(() => import("./researcher/weights/WeightsPage"), "WeightsPage"),
});

const subsetWeights = createRoute({
  getParentRoute: () => researcher,
  path: "weights/$subset",
  validateSearch: readChosenFit,
  component: lazyRouteComponent(() => import("./researcher/weights/SubsetPage"), "SubsetPage"),
});

const conversation = createRoute({
  getParentRoute: () => researcher,
  path: "$conversation",
  component: lazyRouteComponent(() => import("./researcher/ConversationPage"), "ConversationPage"),
});

/** The page's addresses. The dashboard is a chunk of its own, which no participant loads. */
export function makeRouter() {
  const routeTree = root.addChildren([participant, researcher.addChildren([conversations, weights, subsetWeights, conversation])]);
  return createRouter({ routeTree, defaultPreload: false });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("app.notFoundTitle")}>
      <p className="lead">{t("app.notFound")}</p>
    </Page>
  );
}

function Broken() {
  const { t } = useTranslation();
  return (
    <Page title={t("app.brokenTitle")}>
      <Callout tone="bad" role="alert">
        {t("app.broken")}
      </Callout>
      <div className="actions">
        <Action kind="main" onPress={() => { window.location.reload(); }}>
          {t("app.reload")}
        </Action>
      </div>
    </Page>
  );
}
