// Starts the viewer in the page. No request leaves this host: what the viewer
// could ask of its maker (fonts, telemetry, a request proxy, an assistant, a
// registry) is turned off here, and the page's policy refuses the rest.
"use strict";

(() => {
  const settings = {
    title: "Orderly API",
    metaData: { title: "Orderly API" },
    withDefaultFonts: false,
    telemetry: false,
    proxyUrl: "",
    externalUrls: { dashboardUrl: "", registryUrl: "", proxyUrl: "", apiBaseUrl: "" },
    agent: { disabled: true, hideAddApi: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    hideClientButton: true,
    persistAuth: false,
    authentication: { preferredSecurityScheme: "key" },
  };

  const note = document.getElementById("note");
  const state = document.getElementById("state");
  const reference = document.getElementById("reference");

  const tell = (text) => {
    state.textContent = text;
    state.hidden = false;
  };

  // The viewer sets this class by itself, but late: a dark page would fade in
  // from light. colorMode is where it keeps the choice of the person.
  const mode = () => {
    const chosen = localStorage.getItem("colorMode");
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    return chosen === "dark" || (chosen !== "light" && dark) ? "dark-mode" : "light-mode";
  };

  const load = async (address) => {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      throw new Error(`the server answered ${answer.status}`);
    }
    return answer.json();
  };

  const start = async () => {
    tell("Loading the reference…");
    try {
      const content = await load(reference.dataset.document);
      if (!content.servers?.length) {
        // Without a server the samples would show a path and no host.
        content.servers = [{ url: location.origin }];
      }
      if (!window.Scalar) {
        throw new Error("the viewer did not load");
      }
      document.body.classList.add(mode());
      Scalar.createApiReference(reference, { ...settings, content });
      note.hidden = true;
    } catch (error) {
      tell(`The reference cannot be shown: ${error.message}. Reload the page to try again.`);
    }
  };

  start();
})();
