import { answerOf, client, expectDone } from "./client";
import type { components } from "./generated/openapi";

type Schemas = components["schemas"];

/** Where a participant is and what they see: one of seven stages. */
export type View =
  | Schemas["LandingView"]
  | Schemas["ConsentView"]
  | Schemas["MicrophoneView"]
  | Schemas["ScenarioView"]
  | Schemas["ConversationView"]
  | Schemas["RatingView"]
  | Schemas["FinishedView"];

export type Stage = View["stage"];
export type ViewAt<S extends Stage> = Extract<View, { stage: S }>;
export type Card = ViewAt<"scenario">["card"];
export type Arrival = Schemas["Arrival"];
export type MicrophoneReport = Schemas["MicrophoneReport"];
export type Dimension = Schemas["Dimension"];
export type DimensionShown = Schemas["DimensionShown"];
export type Scores = Partial<Record<Dimension, number>>;
export type Pay = Schemas["PayOffered"];

export async function arrive(arrival: Arrival): Promise<View> {
  return answerOf(await client.POST("/api/participation", { body: arrival }));
}

export async function readView(signal?: AbortSignal): Promise<View> {
  return answerOf(await client.GET("/api/participation", signal ? { signal } : {}));
}

export async function begin(): Promise<View> {
  return answerOf(await client.POST("/api/participation/begin"));
}

export async function consent(accepted: boolean, version: string): Promise<View> {
  return answerOf(await client.POST("/api/participation/consent", { body: { accepted, version } }));
}

export async function reportMicrophone(report: MicrophoneReport): Promise<View> {
  return answerOf(await client.POST("/api/participation/microphone", { body: report }));
}

export async function startConversation(): Promise<View> {
  return answerOf(await client.POST("/api/participation/conversation"));
}

export async function askConnection(): Promise<Schemas["Connection"]> {
  return answerOf(await client.GET("/api/participation/connection"));
}

export async function endConversation(): Promise<View> {
  return answerOf(await client.POST("/api/participation/conversation/end"));
}

export async function keepDraft(scores: Scores, feedback: string): Promise<void> {
  expectDone(await client.PUT("/api/participation/rating-draft", { body: { scores, feedback } }));
}

export async function submitRating(scores: Scores, feedback: string): Promise<View> {
  return answerOf(await client.POST("/api/participation/rating", { body: { scores, feedback } }));
}
