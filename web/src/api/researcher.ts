import { answerOf, client, expectDone } from "./client";
import type { components } from "./generated/openapi";

type Schemas = components["schemas"];

export type ResearcherSession = Schemas["ResearcherSession"];
export type ConversationListed = Schemas["ConversationListed"];
export type ConversationPage = Schemas["ConversationPage"];
export type ConversationShown = Schemas["ConversationShown"];
export type EventShown = Schemas["EventShown"];
export type EventBody = EventShown["body"];
export type DelayParts = Schemas["DelayParts"];
export type Category = ConversationListed["category"];
export type ConversationStage = Schemas["ConversationStage"];
export type VerificationReport = Schemas["VerificationReport"];

export interface Filters {
  readonly model?: string | undefined;
  readonly scenario?: string | undefined;
  readonly category?: Category | undefined;
  readonly stage?: ConversationStage | undefined;
}

export async function readSession(): Promise<ResearcherSession> {
  return answerOf(await client.GET("/api/researcher/session"));
}

export async function signIn(password: string): Promise<ResearcherSession> {
  return answerOf(await client.POST("/api/researcher/login", { body: { password } }));
}

export async function signOut(): Promise<void> {
  expectDone(await client.POST("/api/researcher/logout"));
}

export async function listConversations(filters: Filters, offset: number, limit: number): Promise<ConversationPage> {
  return answerOf(await client.GET("/api/researcher/conversations", { params: { query: { ...filters, offset, limit } } }));
}

export async function readConversation(id: string): Promise<ConversationShown> {
  return answerOf(
    await client.GET("/api/researcher/conversations/{conversation_id}", { params: { path: { conversation_id: id } } }),
  );
}

/** The files of the export; the browser downloads them by itself. */
export const EXPORTS = {
  conversations: "/api/researcher/exports/conversations.csv",
  conversationsLines: "/api/researcher/exports/conversations.jsonl",
  ratings: "/api/researcher/exports/ratings.csv",
  delays: "/api/researcher/exports/turn_delays.csv",
  events: "/api/researcher/exports/events.jsonl",
  codebook: "/api/researcher/exports/codebook.csv",
  codebookJson: "/api/researcher/exports/codebook.json",
} as const satisfies Record<string, `/api/researcher/exports/${string}`>;
