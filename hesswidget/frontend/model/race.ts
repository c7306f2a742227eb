/** A race of descent methods, as Python describes it. Twin of what hesswidget/explorers/descent.py writes. */
import bounds from "../../program/bounds.json";
import { integer, list, record, refuse, text } from "../base/checks";
import { MOST, name } from "./saved_values";
import type { Problem } from "./state";

/** What is shown of a method's state besides: the names of its entries. */
export interface StateNames {
  readonly gauges: readonly string[];
  readonly series: string | null;
}

/** One of the methods that race. */
export interface Racer extends StateNames {
  readonly title: string;
  readonly source: string;
  /** The parameter that is its rate, if it has one. */
  readonly rate: string | null;
  /** The same of its momentum. */
  readonly momentum: string | null;
  /** The parameters that are its hyperparameters. */
  readonly hyperparameters: readonly string[];
  /** Why its step cannot be taken at all; empty where it can. */
  readonly fault: string;
}

/** A race as Python describes it, with the words for how paths end and converge. */
export interface Race {
  readonly racers: readonly Racer[];
  readonly steps: number;
  /** Hyperparameters that are tried over their ranges: none, one or two. */
  readonly sweep: readonly string[];
  /** Why a path has ended, by its status; and why it has not begun. */
  readonly reasons: readonly string[];
  readonly starts: readonly string[];
  /** What is said of where it ended, by the point's label. */
  readonly ends: readonly string[];
  /** How errors fall, by the kind of their order. */
  readonly orders: readonly string[];
  /** The same at more length. */
  readonly orders_explained: readonly string[];
  /** After how many steps curvature is measured along the paths; 0 where it is not. */
  readonly curvature_every: number;
  /** What is measured then, in order; */
  readonly quantities: readonly string[];
  /** and what is said of what is seen there. */
  readonly phases: readonly string[];
}

/** A race that was saved. */
export function readRace(found: unknown, problem: Problem): Race {
  const given = record(found, ["racers", "steps", "sweep", "reasons", "starts", "ends", "orders", "orders_explained", "curvature_every", "quantities", "phases"], "it");
  const words = (one: unknown, what: string) => list(one, MOST.lists, what).map((word) => text(word, MOST.text, "a word"));
  const racers = list(given.racers, bounds.race.racers, "racers").map((entry) => {
    const racer = record(entry, ["title", "source", "rate", "momentum", "hyperparameters", "gauges", "series", "fault"], "a racer");
    return {
      title: name(racer.title, "a title"),
      source: text(racer.source, MOST.text, "a source"),
      rate: racer.rate === null ? null : name(racer.rate, "a rate"),
      momentum: racer.momentum === null ? null : name(racer.momentum, "a momentum"),
      hyperparameters: words(racer.hyperparameters, "hyperparameters"),
      fault: text(racer.fault, MOST.text, "a fault"),
      gauges: words(racer.gauges, "gauges"),
      series: racer.series === null ? null : name(racer.series, "a series"),
    };
  });
  const steps = integer(given.steps, 0, bounds.race.steps, "steps");
  const numbers = racers.length * (steps + 1) * problem.coordinates.length;
  if (!numbers || numbers > bounds.race.numbers) refuse(`it has ${numbers} numbers; from 1 to ${bounds.race.numbers} are expected.`);
  return {
    racers,
    steps,
    sweep: list(given.sweep, 2, "a sweep").map((one) => name(one, "a hyperparameter")),
    reasons: words(given.reasons, "reasons"),
    starts: words(given.starts, "starts"),
    ends: words(given.ends, "ends"),
    orders: words(given.orders, "orders"),
    orders_explained: words(given.orders_explained, "orders"),
    curvature_every: integer(given.curvature_every, 0, bounds.race.steps, "how often curvature is measured"),
    quantities: words(given.quantities, "quantities"),
    phases: words(given.phases, "phases"),
  };
}
