/**
 * What `soar doctor` says of all configured endpoints.
 *
 * @module
 */
import type { Config } from "./config.ts";
import { checkEndpoint, type EndpointFinding } from "./endpoint_check.ts";
import { endpointsOf } from "./model_config.ts";
import { reachOf } from "./open_endpoints.ts";

/** Asks each endpoint of a configuration; `say` is told of each as it answers. */
export async function checkEndpoints(
  config: Config,
  say: (level: EndpointFinding["level"], what: string, detail: string) => void,
): Promise<void> {
  const endpoints = endpointsOf(config);
  if (endpoints.length === 0) {
    const { level, detail } = await checkEndpoint({}, null);
    say(level, "endpoint", detail);
  }
  await Promise.all(endpoints.map(async (endpoint, i) => {
    try {
      const { apiKey } = reachOf(endpoint, i);
      const { level, detail } = await checkEndpoint(endpoint, apiKey);
      say(level, "endpoint", `${endpoint.label}: ${detail}`);
    } catch (error) {
      say("failed", "endpoint", `${endpoint.label}: ${(error as Error).message}`);
    }
  }));
}
