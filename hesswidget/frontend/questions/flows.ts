import { refuse, shown } from "../base/checks";
import { arraysIn } from "../engine/computation";
import type { Request } from "../engine/engine";
import { type Link, NoAnswer } from "../engine/link";
import { parameterKey } from "../model/parameters";
import { MOST } from "../model/saved_values";
import { RestQuestion, type Wait } from "./rest_question";

export const FLOWS = ["central", "gradient"] as const;

/** A flow beside a path of gradient descent: over times, in steps, its sharpness, and the share of the threshold that this is. */
export interface Flow {
  kind: (typeof FLOWS)[number];
  times: Float64Array;
  sharpness: Float64Array;
  ratio: Float64Array;
  words: string;
}

type Start = Pick<Request, "point" | "parameters"> & { followed: number };

interface Handlers {
  /** There are others, or none. */
  changed(): void;
  waits(wait: Wait | null): void;
}

/** Asks Python for the flows beside a path, where they are to be seen and nothing moves. */
export class Flows {
  private readonly question: RestQuestion<Start, readonly Flow[]>;
  private known: { key: string; flows: readonly Flow[]; sentence: string } | null = null;

  constructor(link: Link, { changed, waits }: Handlers) {
    const put = async ({ point, parameters, followed }: Start, onProgress: Parameters<Link["ask"]>[2]) => {
      const answer = await link.ask({ kind: "flows", parameters, followed }, [point], onProgress);
      if (answer.content.followed !== followed) throw new NoAnswer("they were saved of another path");
      const arrays = arraysIn(answer);
      const words = answer.content.words as string[];
      const of = (name: string) => arrays[name] ?? refuse(`they lack the array ${shown(name)}.`);
      return FLOWS.map((kind, k) => ({ kind, times: of(`${kind}_times`), sharpness: of(`${kind}_sharpness`), ratio: of(`${kind}_ratio`), words: String(words[k]).slice(0, MOST.text) }));
    };
    const settle = (start: Start, flows: readonly Flow[], sentence: string) => {
      this.known = { key: keyOf(start), flows, sentence };
      changed();
    };
    this.question = new RestQuestion(put, {
      answered: (flows, start) => settle(start, flows, ""),
      unknown: "The flows beside it",
      failed: (sentence, start) => settle(start, [], sentence),
      waits,
    });
  }

  ask(start: Start): Promise<void> {
    return this.question.ask(keyOf(start), start);
  }

  /** Those of a path, as far as they are known, and what is said in their place. */
  of(start: Start): { flows: readonly Flow[]; sentence: string } {
    return this.known?.key === keyOf(start) ? this.known : { flows: [], sentence: "" };
  }
}

function keyOf({ point, parameters, followed }: Start): string {
  return `${followed} ${point.join()} ${parameterKey(parameters)}`;
}
