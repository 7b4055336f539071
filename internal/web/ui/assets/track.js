// The customer's page looks again while it is seen: every twenty seconds, more
// rarely when nothing answers. What somebody types is outside of what changes.
"use strict";
(() => {
  const box = document.getElementById("track");
  if (!box || !document.documentElement.classList.contains("track")) return;
  const every = box.dataset.every * 1000;
  let wait = every;
  const look = async () => {
    if (!document.hidden) {
      try {
        const r = await fetch(location.pathname, { referrerPolicy: "no-referrer", credentials: "omit" });
        if (r.ok) {
          const now = new DOMParser().parseFromString(await r.text(), "text/html").getElementById("track");
          const here = document.getElementById("track");
          if (now && here && now.innerHTML !== here.innerHTML && !here.contains(document.activeElement)) here.replaceWith(document.adoptNode(now));
        }
        wait = r.ok ? every : Math.min(wait * 2, 300000);
      } catch { wait = Math.min(wait * 2, 300000); }
    }
    setTimeout(look, wait);
  };
  setTimeout(look, every);
})();
