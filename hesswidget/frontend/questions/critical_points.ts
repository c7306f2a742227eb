import { capped } from "../base/capped";
import { numbersIn, pointsIn } from "../base/float64";
import { type CriticalPoint, CriticalSearch } from "../engine/critical_search";
import { RestQuestion, type Wait } from "./rest_question";
import { type ParameterValues, parameterKey } from "../model/parameters";
import type { Link, OnProgress } from "../engine/link";
import type { Extent } from "../engine/plane";
import type { Library } from "../engine/library";

/** Python looks unasked where there are not more points than this: each costs it some hundredths of a second. */
const UNASKED = 40;
/** So many are listed and drawn; and so many of those that are not isolated. */
const SHOWN = 250;
const DOTS = 4_000;

interface Found {
  points: CriticalPoint[];
  nonIsolated: Float64Array[];
  sentences: string[];
}

/** Where it is said how complete they are. */
interface CriticalPointsNotice {
  say(sentences: string): void;
  /** Python looks, and that takes a while; null once it does not. */
  wait(wait: Wait | null): void;
  /** What was said holds no more. */
  forget(): void;
  /** Python does not look unasked: it may be asked to. */
  offer(find: () => void): void;
}

/**
 * The critical points in view. The page follows them while a parameter moves, where a search was recorded; when all rests
 * it looks further, and Python makes sure: with more starts, to more digits, and with a count of what there must be.
 */
export class CriticalPoints {
  points: readonly CriticalPoint[] = [];
  /** Some of those that are not isolated. */
  nonIsolated: readonly Float64Array[] = [];
  private search: CriticalSearch | null = null;
  private key = "";
  private readonly question: RestQuestion<ParameterValues, Found>;
  private working: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly link: Link,
    private readonly extents: readonly Extent[],
    private readonly isSmall: boolean,
    private readonly labels: readonly string[],
    private readonly list: CriticalPointsNotice,
    private readonly onChange: () => void,
  ) {
    this.question = new RestQuestion((parameters, onProgress) => this.put(parameters, onProgress), {
      answered: ({ points, nonIsolated, sentences }) => {
        this.points = points;
        this.nonIsolated = nonIsolated;
        this.say(sentences.join(". "));
      },
      unknown: "Whether these are all critical points",
      failed: (sentence) => this.say(sentence),
      waits: (wait) => list.wait(wait),
    });
  }

  /** Search with what was recorded; null where nothing was. */
  use(library: Library | null): void {
    const box = Float64Array.from([...this.extents.map((e) => e.minimum), ...this.extents.map((e) => e.maximum)]);
    this.search = library && new CriticalSearch(library, box, this.labels);
    this.key = "";
    this.question.forget();
  }

  /** Something moves: where the points depend on it, find where they have gone. */
  follow(parameters: ParameterValues): void {
    const key = parameterKey(parameters);
    if (key === this.key) return;
    this.key = key;
    this.question.forget();
    clearTimeout(this.working);
    this.list.forget();
    const isFound = this.searching((search) => search.follow(parameters));
    this.points = isFound ? this.search!.points : [];
    this.nonIsolated = isFound ? this.search!.nonIsolated : [];
  }

  /** Nothing moves: look further, then ask Python. */
  rest(parameters: ParameterValues): void {
    this.follow(parameters);
    if (this.question.isAbout(this.key)) return;
    clearTimeout(this.working);
    this.working = setTimeout(() => {
      const goesOn = this.searching((search) => search.refine(parameters));
      if (this.search && this.search.points !== this.points) {
        this.points = this.search.points;
        this.nonIsolated = this.search.nonIsolated;
        this.onChange();
      }
      if (goesOn) this.rest(parameters);
      else if (this.isUnasked) this.ask(parameters);
      else this.list.offer(() => this.ask(parameters));
    });
  }

  /** Whether Python looks without being asked. */
  private get isUnasked(): boolean {
    const isQuick = this.search !== null && this.points.length <= UNASKED && this.isSmall;
    return isQuick || this.link.isSaved;
  }

  /** Let the search do something; one that the page cannot replay is not used again. */
  private searching(act: (search: CriticalSearch) => boolean): boolean {
    try {
      return this.search !== null && act(this.search);
    } catch {
      this.search = null;
      return false;
    }
  }

  stop(): void {
    clearTimeout(this.working);
  }

  /** The critical point nearest to a point, by shares of the coordinates' ranges. */
  nearest(point: Float64Array): Float64Array | null {
    const away = (other: Float64Array) =>
      Math.hypot(...this.extents.map(({ minimum, maximum }, i) => (other[i] - point[i]) / (maximum - minimum)));
    const ordered = this.points.map((critical) => critical.point).sort((one, other) => away(one) - away(other));
    return ordered[0] ?? null;
  }

  private ask(parameters: ParameterValues): void {
    void this.question.ask(parameterKey(parameters), parameters);
  }

  private async put(parameters: ParameterValues, onProgress: OnProgress): Promise<Found> {
    const { content, buffers } = await this.link.ask({ kind: "find_critical_points", parameters }, [], onProgress);
    const { labels, kinds, indices, sentences } = content as Record<string, string[] & number[]>;
    const [places, values, dots] = buffers.map(numbersIn);
    const n = this.extents.length;
    const points = pointsIn(places, n).map((point, k) => ({ point, label: labels[k], kind: kinds[k], index: indices[k], value: values[k] }));
    const { shown, rest } = capped(points, SHOWN, "that are not shown");
    return { points: [...shown], nonIsolated: pointsIn(dots.subarray(0, DOTS * n), n), sentences: rest ? [...sentences, rest] : sentences };
  }

  private say(sentence: string): void {
    this.list.say(sentence);
    this.onChange();
  }
}
