/**
 * What an endpoint can do, found out by asking it: once, when a run starts.
 *
 * Servers ignore fields they do not know or refuse them, each its own way, so their word counts less
 * than their answers: `n` holds if two choices come back, `min_p` if a request with it is not refused,
 * a seed if the same one gives the same text twice. Nothing is kept; the caller records the result.
 *
 * @module
 */
import { ModelError } from "./client.ts";
import { type Capabilities, chatBody, type Endpoint } from "./completion_client.ts";
import { type EndpointOptions, openaiEndpoint } from "./openai.ts";
import { type Delay, realDelay, type RetryPolicy, retryPolicy, withRetries } from "./retry.ts";

/** Options of {@link probeEndpoint}. */
export interface ProbeOptions extends EndpointOptions {
  /** Model name, as the endpoint lists it. */
  readonly model: string;
  /** How often and how long failed requests are tried again. @default {DEFAULT_RETRY} */
  readonly retry?: Partial<RetryPolicy>;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  /** Waits between tries. @default the clock's */
  readonly delay?: Delay;
}

/** What {@link probeEndpoint} found; `n` and `minP` are a client's {@link Capabilities}. */
export interface EndpointProbe extends Capabilities {
  /** Whether something answered, be it with a refusal. */
  readonly reachable: boolean;
  /** Whether the model completed a prompt; false makes the capabilities false too. */
  readonly usable: boolean;
  /** Whether it may be usable later: it was away, or failed in a way that may pass. */
  readonly mayPass: boolean;
  /** Whether one seed gave one text; never promised across other loads or batches. */
  readonly seed: boolean;
  /** Models the endpoint lists; may lack one that works (`transformers serve` lists its cache). */
  readonly models: readonly string[];
  /** The findings in words, for a person. */
  readonly detail: string;
}

/** Open-ended at a high temperature, so that two free draws of this length hardly agree. */
const PROMPT = "Write sixteen random words.";
const PROBE_TOKENS = 16;
const PROBE_TEMPERATURE = 1.5;
/** Any value will do; fixed, so that a probe asks the same thing each time. */
const PROBE_SEED = 20_113;

/**
 * Asks an endpoint for its models and up to three short completions.
 *
 * @throws The signal's reason when it aborts; failures of the endpoint are findings, not errors.
 */
export async function probeEndpoint(
  options: ProbeOptions,
  signal?: AbortSignal,
): Promise<EndpointProbe> {
  const endpoint = openaiEndpoint(options);
  const policy = retryPolicy(options.retry);
  const { random, delay = realDelay } = options;

  async function tried<T>(send: () => Promise<T>): Promise<T | ModelError> {
    try {
      return (await withRetries(send, { policy, random, delay, signal })).value;
    } catch (error) {
      if (error instanceof ModelError) return error;
      throw error;
    }
  }

  const chat = (capabilities: Capabilities, n: number) =>
    tried(() => texts(endpoint, options.model, capabilities, n, signal));

  const pair = await chat({ n: true, minP: false }, 2);
  // A server that refuses `n` outright still has a right to be used without it.
  const plain = pair instanceof ModelError && pair.kind === "refused"
    ? await chat({ n: false, minP: false }, 1)
    : pair;
  const listed = reached(plain) ? await tried(() => endpoint.models(signal)) : plain;
  const models = listed instanceof ModelError ? [] : listed;
  if (plain instanceof ModelError) {
    const known = models.length > 0 ? `; models it lists: ${models.join(", ")}` : "";
    const nothing = { usable: false, n: false, minP: false, seed: false };
    const found = { reachable: reached(plain), mayPass: plain.passing, models };
    return { ...nothing, ...found, detail: plain.message + known };
  }
  const n = !(pair instanceof ModelError) && pair.length === 2;
  const again = await chat({ n: false, minP: false }, 1);
  const seed = !(again instanceof ModelError) && again[0] !== "" && again[0] === plain[0];
  const cutOff = await chat({ n: false, minP: true }, 1);
  const minP = !(cutOff instanceof ModelError);
  const detail = [
    `${options.model} answers at ${endpoint.baseUrl}`,
    n ? "n is honoured" : "n is not honoured: completions are asked for one by one",
    minP ? "min_p is taken" : `min_p is not sent (${cutOff.message})`,
    seed ? "a seed repeats" : "a seed did not repeat: runs on it will not be the same twice",
  ].join("; ");
  return { reachable: true, usable: true, mayPass: true, n, minP, seed, models, detail };
}

async function texts(
  endpoint: Endpoint,
  model: string,
  capabilities: Capabilities,
  n: number,
  signal?: AbortSignal,
): Promise<string[]> {
  const body = chatBody(
    {
      model,
      messages: [{ role: "user", content: PROMPT }],
      n,
      temperature: PROBE_TEMPERATURE,
      topP: 1,
      minP: capabilities.minP ? 0.05 : null,
      maxTokens: PROBE_TOKENS,
      seed: PROBE_SEED,
    },
    0,
    capabilities,
  );
  const { choices } = await endpoint.chat(body, signal);
  return choices.map((choice) => choice.message.content ?? "");
}

/** Whether an HTTP answer came, or at least bytes that could not be read as one. */
function reached(finding: unknown): boolean {
  return !(finding instanceof ModelError) ||
    finding.status !== undefined || finding.kind === "bad_reply";
}
