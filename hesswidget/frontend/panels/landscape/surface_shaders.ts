/** What WebGL runs for each vertex and each pixel of the surface and of the quadratic model on it. */

/** As many contour levels as a landscape has at most, and a few more. */
export const MOST_LEVELS = 24;

export const VERTEX = `#version 300 es
in vec3 places;
in vec3 normals;
uniform mat4 camera;
uniform float halfHeight;
uniform float nearer;
out vec3 place;
out vec3 normal;
void main() {
  place = places;
  normal = normals;
  gl_Position = camera * vec4(places.xy, halfHeight * (2.0 * places.z - 1.0), 1.0);
  gl_Position.z -= nearer * gl_Position.w;
}`;

/** A line where a distance is zero, so many pixels wide whatever the slope; `pixel` is the distance that a pixel spans. */
const LINE = `
float line(float distance, float pixel, float width) {
  return 1.0 - smoothstep(0.5 * width - 0.5, 0.5 * width + 0.5, abs(distance) / max(pixel, 1e-9));
}`;

export const SURFACE = `#version 300 es
precision highp float;
in vec3 place;
in vec3 normal;
uniform float levels[${MOST_LEVELS}];
uniform vec3 bands[${MOST_LEVELS + 1}];
uniform int count;
uniform vec3 ink;
uniform vec3 light;
uniform vec3 shadow;
uniform float pixels;
uniform float strength;
uniform vec2 halfBase;
out vec4 colour;
const float EXACT = 2e-6; // what a 32-bit share of the height is exact to, and a little more
${LINE}
void main() {
  float height = place.z;
  float pixel = max(fwidth(height), EXACT);
  int below = 0;
  for (int k = 0; k < ${MOST_LEVELS}; k++) below += int(k < count && levels[k] <= height);
  vec3 band = bands[below];
  float drawn = 0.0;
  // Only the two nearest levels are seen in a pixel. Bands blend over one: a hard edge would show stairs.
  for (int k = max(0, below - 1); k <= min(below, count - 1); k++) {
    float past = (height - levels[k]) / pixel;
    band = mix(band, bands[k < below ? k : k + 1], clamp(0.5 - abs(past), 0.0, 0.5));
    drawn = max(drawn, line(past, 1.0, pixels));
  }
  drawn *= smoothstep(EXACT, 2.0 * EXACT, pixel); // a plain at a level's height is no line
  vec2 across = fwidth(place.xy);
  vec2 border = vec2(line(halfBase.x - abs(place.x), across.x, 2.0 * pixels), line(halfBase.y - abs(place.y), across.y, 2.0 * pixels));
  float rim = max(line(height - 1.0, pixel, 2.0 * pixels), line(height, pixel, 2.0 * pixels));
  if (height > 1.0 || height < 0.0) discard; // after the derivatives, which a pixel takes from its neighbours
  float facing = max(0.0, dot(normalize(normal), light));
  vec3 shaded = mix(band * mix(shadow, vec3(1.0), facing), ink, 0.4 * drawn);
  float edge = max(rim, max(border.x, border.y));
  float alpha = mix(strength, 1.0, max(0.3 * drawn, 0.75 * edge));
  colour = vec4(mix(shaded, ink, 0.75 * edge) * alpha, alpha);
}`;

export const MODEL = `#version 300 es
precision highp float;
in vec3 place;
in vec3 normal;
uniform vec2 centre;
uniform float reach;
uniform vec3 accent;
uniform float pixels;
uniform float strength;
uniform vec2 halfBase;
out vec4 colour;
${LINE}
void main() {
  vec2 off = (place.xy - centre) / reach;
  float radius = length(off);
  vec2 cell = off * 5.0;
  vec2 nearest = cell - floor(cell + 0.5);
  vec2 pixel = fwidth(cell);
  vec2 wires = vec2(line(nearest.x, pixel.x, 1.2 * pixels), line(nearest.y, pixel.y, 1.2 * pixels));
  // A cell that is seen edge-on is thinner than its wires.
  float wire = max(wires.x * (1.0 - smoothstep(0.2, 0.5, pixel.x)), wires.y * (1.0 - smoothstep(0.2, 0.5, pixel.y)));
  float rim = line(radius - 1.0, fwidth(radius), 3.0 * pixels);
  if (radius > 1.0 || any(greaterThan(abs(place.xy), halfBase)) || place.z > 1.0 || place.z < 0.0) discard;
  float alpha = strength * max(0.24, max(0.9 * wire, rim));
  colour = vec4(accent * alpha, alpha);
}`;
