// The build lies beside the server that serves it. Paths are relative, so that the page works below any address.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../web_server/built",
    emptyOutDir: true,
    assetsDir: "page",
    assetsInlineLimit: 0,
    modulePreload: false,
    target: ["chrome111", "firefox114", "safari16.4"],
    rollupOptions: {
      output: {
        entryFileNames: "page/page-[hash].js",
        assetFileNames: "page/[name]-[hash][extname]",
      },
    },
  },
  // The router takes calls of its own page: the host stays the one that the browser asked.
  server: { proxy: { "/api": { target: "http://127.0.0.1:8000", changeOrigin: false } } },
});
