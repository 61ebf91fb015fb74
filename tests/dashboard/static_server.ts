/**
 * A web server that only hands out files: what a frozen dashboard has to do with.
 */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  wasm: "application/wasm",
};

/** Serves a folder on loopback until disposed of. */
export function serveFolder(folder: string) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const name = pathname === "/" ? "index.html" : pathname.slice(1);
      const file = await Deno.open(`${folder}/${name}`).catch(() => null);
      if (!file) return new Response("not found", { status: 404 });
      const type = TYPES[name.split(".").at(-1)!] ?? "application/octet-stream";
      return new Response(file.readable, { headers: { "content-type": type } });
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
}
