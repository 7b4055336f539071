// Resolves to the point where a click hits the element: when its box has been
// the same for a few frames and it is on top there.
async (css) => {
  const framesStill = 5;
  let last = "";
  let still = 0;
  for (;;) {
    const element = [...document.querySelectorAll(css)].find((e) => e.checkVisibility());
    if (element) {
      let box = element.getBoundingClientRect();
      if (box.top < 0 || box.bottom > innerHeight) {
        element.scrollIntoView({ block: "center", behavior: "instant" });
        box = element.getBoundingClientRect();
      }
      const x = box.left + box.width / 2;
      const y = box.top + box.height / 2;
      const now = [box.left, box.top, box.width, box.height].join();
      still = now === last && element.contains(document.elementFromPoint(x, y)) ? still + 1 : 0;
      last = now;
      if (still >= framesStill) {
        return [x, y];
      }
    }
    await new Promise(requestAnimationFrame);
  }
}
