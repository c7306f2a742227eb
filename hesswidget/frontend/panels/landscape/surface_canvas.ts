import {
  type BufferInfo,
  type ProgramInfo,
  createBufferInfoFromArrays,
  createProgramInfo,
  drawBufferInfo,
  setAttribInfoBufferFromArray,
  setBuffersAndAttributes,
  setUniforms,
} from "twgl.js";
import { sized } from "../canvas";
import appearance from "../../../appearance.json";
import type { Mesh, Scene } from "./surface_mesh";
import { MODEL, MOST_LEVELS, SURFACE, VERTEX } from "./surface_shaders";
import { type Camera, HALF, type Triple } from "./turntable";

type Colour = readonly number[]; // red, green and blue from 0 to 1

/** How the surface is painted. */
export interface Paint {
  /** Shares of the height, ascending, and the colours below, between and above them. */
  levels: number[];
  bands: Colour[];
  ink: Colour;
  accent: Colour;
  /** What is left of the light, by colour, on what faces away from it. */
  shadow: Colour;
}

/** Two meshes drawn with WebGL. */
export class SurfaceCanvas {
  private readonly surface: Drawable;
  private readonly model: Drawable;
  private readonly released = new AbortController();

  /** Throws where there is no WebGL. `onLost` is called when the browser takes the context away. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    onLost: () => void,
  ) {
    const gl = canvas.getContext("webgl2", { antialias: true });
    if (!gl) throw new Error("no WebGL");
    this.gl = gl;
    this.surface = new Drawable(gl, SURFACE);
    this.model = new Drawable(gl, MODEL);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    canvas.addEventListener("webglcontextlost", onLost, { signal: this.released.signal });
  }

  private readonly gl: WebGL2RenderingContext;

  setSurface(mesh: Mesh): void {
    this.surface.load(mesh);
  }

  setModel(mesh: Mesh): void {
    this.model.load(mesh);
  }

  /** The quadratic model is shown about `centre`, a place of the plane. */
  draw(camera: Camera, paint: Paint, { half }: Scene, centre: [number, number], width: number, height: number): void {
    const { gl, canvas } = this;
    const ratio = sized(canvas, width, height);
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const common = { camera: camera.matrix(), halfHeight: HALF, halfBase: half, pixels: ratio };
    const levels = padded(paint.levels.slice(0, MOST_LEVELS), MOST_LEVELS);
    const bands = padded(paint.bands.slice(0, MOST_LEVELS + 1).flat(), 3 * (MOST_LEVELS + 1));
    const surface = { ...common, nearer: 0, levels, bands, count: paint.levels.length, ink: paint.ink };
    const lit = { ...surface, light: lightFrom(camera), shadow: paint.shadow };
    gl.enable(gl.CULL_FACE);
    gl.cullFace(gl.BACK);
    this.surface.draw({ ...lit, strength: 1 });
    gl.disable(gl.CULL_FACE);
    // The model touches the surface at the point: a little nearer, or the two would flicker. Faintly, too, where it is behind.
    const model = { ...common, centre, reach: 2 * appearance.modelReach * Math.min(...half), accent: paint.accent, nearer: 0.004 };
    gl.depthMask(false);
    this.model.draw({ ...model, strength: 1 });
    gl.depthFunc(gl.GREATER);
    this.model.draw({ ...model, strength: 0.3 });
    gl.depthFunc(gl.LESS);
    // A wall that is seen from below stands between the eye and what it encloses: like glass.
    gl.enable(gl.CULL_FACE);
    gl.cullFace(gl.FRONT);
    this.surface.draw({ ...lit, strength: 0.3 });
    gl.disable(gl.CULL_FACE);
    gl.depthMask(true);
  }

  /** Give the context back: a page has only some sixteen. */
  dispose(): void {
    this.released.abort();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/** A mesh on its way to the screen: a program, and the buffers that are filled anew when the mesh changes. */
class Drawable {
  private readonly program: ProgramInfo;
  private buffers: BufferInfo | null = null;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    fragments: string,
  ) {
    const said: string[] = [];
    const program = createProgramInfo(gl, [VERTEX, fragments], { errorCallback: (message: string) => said.push(message) });
    if (!program) throw new Error(said.join("\n"));
    this.program = program;
  }

  load({ places, normals, indices }: Mesh): void {
    const { gl } = this;
    if (!this.buffers) {
      const drawType = gl.DYNAMIC_DRAW;
      this.buffers = createBufferInfoFromArrays(gl, {
        places: { numComponents: 3, data: places, drawType },
        normals: { numComponents: 3, data: normals, drawType },
        indices: { numComponents: 3, data: indices, drawType },
      });
      return;
    }
    const { attribs, indices: buffer } = this.buffers;
    setAttribInfoBufferFromArray(gl, attribs!.places, places);
    setAttribInfoBufferFromArray(gl, attribs!.normals, normals);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffer!);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.DYNAMIC_DRAW);
    this.buffers.numElements = indices.length;
  }

  draw(uniforms: Record<string, unknown>): void {
    if (!this.buffers?.numElements) return;
    this.gl.useProgram(this.program.program);
    setBuffersAndAttributes(this.gl, this.program, this.buffers);
    setUniforms(this.program, uniforms);
    drawBufferInfo(this.gl, this.buffers);
  }
}

/** From above and over the viewer's left shoulder, wherever the surface is turned, so that a slope always looks the same. */
function lightFrom({ from, towards }: Camera): Triple {
  const left = [Math.sin(from.azimuth), -Math.cos(from.azimuth), 0];
  const light = [0, 1, 2].map((k) => 0.5 * towards[k] + 0.45 * left[k] + (k === 2 ? 0.75 : 0));
  const length = Math.hypot(...light);
  return light.map((l) => l / length) as Triple;
}

function padded(values: readonly number[], length: number): Float32Array {
  const array = new Float32Array(length);
  array.set(values);
  return array;
}
