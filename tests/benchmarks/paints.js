/**
 * Notes when each picture of a contestant was painted that differs visibly from the one before.
 * Called in the page with the contestant's key; leaves `window.paints`.
 */
async (key) => {
  const PATIENCE = 3000; // ms without any picture: the event goes unanswered

  const one = (selector) => document.querySelector(selector);
  const all = (selector, read) => [...document.querySelectorAll(`.hesswidget :is(${selector})`)].map(read);
  const scratch = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** A number for a canvas' pixels; read from a copy, so that how the browser keeps the canvas itself is not changed. */
  const pixels = (canvas, rows = canvas.height) => {
    const { width } = canvas;
    if (!width || !rows) return "";
    Object.assign(scratch.canvas, { width, height: rows });
    scratch.drawImage(canvas, 0, 0);
    let hash = 0;
    const words = new Uint32Array(scratch.getImageData(0, 0, width, rows).data.buffer);
    for (let k = 0; k < words.length; k++) hash = (Math.imul(hash, 31) + words[k]) | 0;
    return `${width}x${rows}:${hash}`;
  };

  /**
   * For each contestant: `picture`, all that is on screen; `glance`, the part of it that tells one slider's value from
   * another, cheap enough to be read at every picture of a drag; and `watch`, which calls back within the frame that
   * shows a picture, or before it.
   */
  const contestants = {
    ours: {
      // Without the list of critical points, which no other contestant has, and of which Python speaks at rest.
      picture: () => [
        ...all(".hw-verdict, .hw-facts, .hw-panel:not(.hw-critical) .hw-caption", (element) => element.textContent),
        ...all(".hw-panel:not(.hw-critical) svg", (element) => element.innerHTML),
        ...all(".hw-panel canvas", (canvas) => pixels(canvas)),
      ].join(),
      glance: () => all(".hw-verdict, .hw-facts", (element) => element.textContent).join(),
      watch: (within) => {
        const options = { attributes: true, attributeFilter: ["data-pictures"] };
        new MutationObserver(within).observe(one(".hesswidget"), options);
      },
    },
    hand: {
      picture: () => `${one(".by-hand p")?.textContent}${pixels(one(".by-hand canvas"))}`,
      glance: () => one(".by-hand p")?.textContent,
      watch: (within) => {
        const options = { attributes: true, attributeFilter: ["data-pictures"] };
        new MutationObserver(within).observe(one(".by-hand"), options);
      },
    },
    inline: {
      picture: () => one(".widget-interact img")?.src,
      glance: () => one(".widget-interact img")?.src,
      watch: (_, before) => {
        const decoded = () => one(".widget-interact img")?.decode().then(before, () => {});
        new MutationObserver(decoded).observe(one(".widget-interact"), { childList: true, subtree: true });
      },
    },
    ipympl: {
      picture: () => pixels(one(".jupyter-matplotlib-canvas-container canvas")),
      glance: () => pixels(one(".jupyter-matplotlib-canvas-container canvas"), 36), // the line of text above the views
      watch: (_, before) => {
        const prototype = CanvasRenderingContext2D.prototype;
        const drawImage = prototype.drawImage;
        prototype.drawImage = function (...given) {
          drawImage.apply(this, given);
          if (this.canvas.isConnected) before();
        };
      },
    },
  };

  const { picture, glance, watch } = contestants[key];
  const paints = (window.paints = { picture, times: [], pressed: NaN });
  let look = picture;
  let last = look();

  const painted = () => {
    const now = performance.now();
    const shown = look();
    if (!shown || shown === last) return;
    last = shown;
    paints.times.push(now);
  };
  /** A task sent from within a frame runs when that frame is painted. */
  const within = () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = painted;
    port2.postMessage(null);
  };
  watch(within, () => requestAnimationFrame(within));

  const listen = (how) => (event) => {
    if (!event.isTrusted) return;
    if (look !== how) last = how(); // not at every key: it would be part of the time measured
    look = how;
    Object.assign(paints, { times: [], pressed: event.timeStamp });
  };
  window.addEventListener("keydown", listen(picture), true);
  window.addEventListener("pointerdown", listen(glance), true);

  /** Resolves after `quiet` ms without a new picture: when each was painted, in ms since the last key or pointer press. */
  paints.settle = async (quiet) => {
    const began = performance.now();
    for (;;) {
      const latest = paints.times.at(-1);
      const isOver = latest === undefined ? performance.now() - began > PATIENCE : performance.now() - latest > quiet;
      if (isOver) return paints.times.map((time) => time - paints.pressed);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
};
