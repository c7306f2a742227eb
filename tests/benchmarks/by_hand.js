/**
 * The least there can be: one function's four views, written by hand for it alone. The numbers come from the page, or from
 * the kernel by one message out and one back; the drawing is the same.
 */
const N = 81;
const [X, Y] = [[-2, 2], [-1, 3]];
const at = ([low, high], k) => low + ((high - low) * k) / (N - 1);

/** Rosenbrock's function: value, gradient, Hessian, eigenvalues, and the landscape. */
function compute({ x, y, a, b }) {
  const u = y - x * x;
  const f = (a - x) ** 2 + b * u * u;
  const gradient = [-2 * (a - x) - 4 * b * x * u, 2 * b * u];
  const hessian = [2 - 4 * b * u + 8 * b * x * x, -4 * b * x, -4 * b * x, 2 * b];
  const mean = (hessian[0] + hessian[3]) / 2;
  const reach = Math.hypot((hessian[0] - hessian[3]) / 2, hessian[1]);
  const landscape = new Float64Array(N * N);
  for (let j = 0; j < N; j++) {
    for (let i = 0; i < N; i++) {
      const [s, t] = [at(X, i), at(Y, j)];
      landscape[j * N + i] = (a - s) ** 2 + b * (t - s * s) ** 2;
    }
  }
  const levels = Float64Array.from(landscape).sort().filter((_, k) => k % 438 === 437);
  return { f, gradient, hessian, eigenvalues: [mean - reach, mean + reach], landscape, levels };
}

function draw(canvas, text, { f, gradient, hessian, eigenvalues, landscape, levels }, { x, y }) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  const image = new ImageData(N, N);
  for (let k = 0; k < N * N; k++) {
    let band = 0;
    while (band < levels.length && landscape[k] > levels[band]) band++;
    const at = 4 * ((N - 1 - Math.floor(k / N)) * N + (k % N));
    image.data.set([60 + 12 * band, 80 + 10 * band, 160 + 5 * band, 255], at);
  }
  const small = new OffscreenCanvas(N, N);
  small.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(small, 0, 0, 330, 330);
  context.fillStyle = "red";
  context.fillRect(((x + 2) / 4) * 330 - 3, (1 - (y + 1) / 4) * 330 - 3, 6, 6);
  const largest = Math.max(...hessian.map(Math.abs));
  hessian.forEach((h, k) => {
    context.fillStyle = h > 0 ? `rgba(40,100,175,${h / largest})` : `rgba(180,80,60,${-h / largest})`;
    context.fillRect(350 + 110 * (k % 2), 110 * Math.floor(k / 2), 108, 108);
    context.fillStyle = "black";
    context.fillText(h.toPrecision(4), 385 + 110 * (k % 2), 58 + 110 * Math.floor(k / 2));
  });
  const span = Math.max(...eigenvalues.map(Math.abs));
  eigenvalues.forEach((value, k) => {
    context.fillStyle = value > 0 ? "steelblue" : "indianred";
    context.fillRect(600 + 60 * k, 165, 50, (-150 * value) / span);
  });
  const kind = eigenvalues[0] > 0 ? "minimum" : eigenvalues[1] < 0 ? "maximum" : "saddle";
  const slope = Math.hypot(...gradient);
  const label = slope > 1e-6 ? "not stationary" : kind;
  text.textContent = `${label}: f = ${f.toPrecision(5)}, |∇f| = ${slope.toPrecision(4)}, λ = ${eigenvalues.map((v) => v.toPrecision(4))}`;
}

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "by-hand";
  const text = document.createElement("p");
  const canvas = Object.assign(document.createElement("canvas"), { width: 740, height: 340 });
  root.append(text, canvas);
  const state = () => Object.fromEntries(["x", "y", "a", "b"].map((name) => [name, model.get(name)]));
  const show = (numbers, shown) => {
    requestAnimationFrame(() => {
      draw(canvas, text, numbers, shown);
      root.dataset.pictures = Number(root.dataset.pictures ?? 0) + 1;
    });
  };
  let isWaiting = false;
  let isStale = false;
  const ask = () => {
    if (isWaiting) return void (isStale = true);
    isWaiting = true;
    model.send(state());
  };
  model.on("msg:custom", (numbers, buffers) => {
    const [landscape, levels] = buffers.map((b) => new Float64Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength)));
    show({ ...numbers, landscape, levels }, numbers.state);
    isWaiting = false;
    if (isStale) ask();
    isStale = false;
  });
  const moved = () => (model.get("from_kernel") ? ask() : show(compute(state()), state()));
  let saving;
  for (const [name, low, high, step] of [["x", -2, 2, 0.01], ["y", -1, 3, 0.01], ["a", 0, 3, 0.01], ["b", 1, 200, 0.5]]) {
    const slider = Object.assign(document.createElement("input"), { type: "range", min: low, max: high, step });
    slider.value = model.get(name);
    slider.style.width = "400px";
    slider.setAttribute("aria-label", name);
    slider.setAttribute("data-lm-suppress-shortcuts", "true");
    slider.addEventListener("input", () => {
      model.set(name, Number(slider.value));
      moved();
      saving ??= setTimeout(() => ((saving = undefined), model.save_changes()), 200);
    });
    root.append(slider);
  }
  el.append(root);
  moved();
}

export default { render };
