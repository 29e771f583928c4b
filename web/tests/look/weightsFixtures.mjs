// What a study server would answer about subsets and their human weights.
const AT = "2025-06-03T09:12:00Z";
const MODELS = ["gpt-realtime", "gemini-live", "ultravox-v0-6", "qwen2-5-omni", "voxtral-small", "phi-4-multimodal", "pipeline-gpt-4o"];
const NEW = ["kimi-audio", "step-audio-2", "glm-4-voice-with-a-rather-long-name"];

const fit = (id, over) => ({
  id,
  state: "done",
  by_itself: true,
  dimension: "overall_recommendation",
  seed: 0,
  requested_at: AT,
  started_at: AT,
  finished_at: AT,
  n_ratings: 776,
  n_ratings_before_subset: 0,
  n_rated_models: 8,
  n_matched_models: 7,
  verdict: "not predictive",
  reason: null,
  ...over,
});

const FITS = {
  done: fit("f-done", {}),
  strong: fit("f-strong", { n_ratings_before_subset: 310, verdict: "predictive", dimension: "naturalness", by_itself: false }),
  running: fit("f-running", { state: "running", finished_at: null, verdict: null, n_rated_models: null, n_matched_models: null }),
  refused: fit("f-refused", {
    state: "refused",
    verdict: null,
    n_ratings: 61,
    n_rated_models: 4,
    n_matched_models: 3,
    reason:
      "3 of 4 rated models have scores on this subset's items; at least 5 are needed, because with fewer no order of the models is rare enough to be told from chance.",
  }),
  failed: fit("f-failed", { state: "failed", verdict: null, reason: "all models have the same mean rating: there is nothing to predict" }),
};

const subset = (id, label, latest) => ({
  id,
  label,
  sha256: "0".repeat(64),
  uploaded_at: AT,
  method: "anchor-task-hierarchical",
  n_items: 50,
  n_models: MODELS.length + NEW.length,
  latest_fit: latest,
});

const tested = (value, mean, low, high, p) => ({ value, null_mean: mean, null_low: low, null_high: high, p, n_permutations: 5040, exact: true });
const share = (value, low, high) => ({ value, low, high });

const result = {
  items: Array.from({ length: 50 }, (_, index) => ({
    item: `big-bench-audio/navigate-${String(index + 1).padStart(4, "0")}`,
    benchmark_weight: 0.02 + 0.004 * Math.sin(index),
    human_weight: 0.05 * Math.cos(index * 1.7),
  })),
  benchmark_bias: 0,
  human_bias: 0.4127,
  alpha: 0.001,
  n_models: 7,
  rating_scale: [1, 6],
  statistics: {
    lomo_paper: tested(0.943, 0.81, 0.52, 0.96, 0.11),
    lomo_strict: tested(0.41, -0.38, -0.93, 0.62, 0.03),
    pair_accuracy: tested(0.714, 0.5, 0.19, 0.81, 0.094),
    difference_r: tested(0.53, -0.02, -0.61, 0.57, 0.061),
  },
  pairs: {
    n_pairs: 21,
    regression: share(0.714, 0.41, 0.9),
    regression_p: 0.094,
    plain: share(0.762, 0.52, 0.91),
    plain_p: 0.035,
    difference: share(-0.048, -0.31, 0.22),
  },
  reliability: { value: 0.84, low: 0.41, high: 0.97, ceiling: 0.92 },
  verdict: {
    level: "not predictive",
    text: "With 7 models this cannot be told from noise: held-out pairs are ordered rightly in 71% of cases, permutation p = 0.061. A high in-sample correlation does not change that; relabelled ratings reach one too.",
  },
  models: MODELS.map((model, index) => ({
    model,
    rating: 4.9 - index * 0.3,
    rating_low: 4.7 - index * 0.3,
    rating_high: 5.1 - index * 0.3,
    n_ratings: 111 - index,
    plain_score: 0.71 - index * 0.04,
    held_out_prediction: 4.6 - index * 0.21,
  })),
  new_models: NEW.map((model, index) => ({ model, rating: 4.2 - index, low: 2.1 - index, high: 6.3 - index })),
  unmatched: ["demo-pipeline"],
};

/** The body for a GET, or undefined; `study.weights` names what is looked at. */
export function weightsAnswer(study, path) {
  const latest = FITS[study.weights];
  if (path === "/subsets") {
    if (latest === undefined) return { items: [] };
    return {
      items: [subset("s1", "fifty-of-fifteen-thousand", latest), subset("s2", "hundred-by-anchors", FITS.strong), subset("s3", "ten", FITS.running), subset("s4", "first-try", FITS.refused)],
    };
  }
  if (latest === undefined) return undefined;
  if (path === "/subsets/s1/fits") return { items: study.weights === "done" ? [latest, FITS.strong] : [latest] };
  const asked = Object.values(FITS).find(({ id }) => path === `/subsets/s1/fits/${id}`);
  if (asked === undefined) return undefined;
  const verdict = asked.verdict === "predictive" ? { level: "predictive", text: "With 7 models these items predict ratings better than chance." } : result.verdict;
  return { subset: subset("s1", "fifty-of-fifteen-thousand", latest), fit: asked, result: asked.state === "done" ? { ...result, verdict } : null };
}
